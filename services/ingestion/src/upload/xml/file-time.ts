const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

/** An instant of XML (xsd:dateTime) in milliseconds; NaN for a day that is none, and without an offset from UTC. */
export function instantOf(text: string | undefined): number {
  const [, year, month, day] = DATE_TIME.exec(text ?? '') ?? [];
  // The engine takes the 30th of February for the 2nd of March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isDay ? Date.parse(text!) : Number.NaN;
}
