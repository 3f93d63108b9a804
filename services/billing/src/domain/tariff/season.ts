/** First and last day of the year (`MM-DD`), both included; a season may run over the turn of the year. */
export interface Season {
  readonly code: string;
  readonly from: string;
  readonly to: string;
}

/** The code of the season that a date (ISO 8601) lies in. */
export function seasonOn(seasons: readonly Season[], date: string): string | undefined {
  return seasons.find((season) => holds(season, date))?.code;
}

export function holds({ from, to }: Season, date: string): boolean {
  const day = date.slice('YYYY-'.length);
  return from <= to ? from <= day && day <= to : from <= day || day <= to;
}
