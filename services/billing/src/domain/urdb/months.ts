import type { Season } from '../tariff/season.ts';
import type { BySeason } from '../tariff/dated.ts';

const MONTHS = 12;
const lastDay = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The months of the year, 0 being January. */
export const months: readonly number[] = Array.from({ length: MONTHS }, (_, month) => month);

/** The year cut where something changes from month to month; months that are alike share a season, wherever they lie. */
export interface MonthSeasons {
  readonly seasons: Season[];
  readonly ofMonth: readonly string[];
}

/** Seasons of the months, two months being alike where what `signature` says of them is equal. */
export function monthSeasons(signature: (month: number) => string): MonthSeasons {
  const kinds = [...new Set(months.map(signature))];
  const ofMonth = months.map((month) =>
    kinds.length === 1 ? 'year' : `season-${kinds.indexOf(signature(month)) + 1}`,
  );
  const seasons: Season[] = [];
  for (const month of months) {
    const code = ofMonth[month] ?? '';
    const running = seasons.at(-1);
    if (running?.code === code) seasons[seasons.length - 1] = { ...running, to: day(month, lastDay[month]) };
    else seasons.push({ code, from: day(month, 1), to: day(month, lastDay[month]) });
  }
  return { seasons, ofMonth };
}

/** One value where all months have the same, else one for each season. */
export function valueBySeason<T>({ ofMonth }: MonthSeasons, value: (month: number) => T): BySeason<T> {
  const values = months.map(value);
  if (values.every((one) => JSON.stringify(one) === JSON.stringify(values[0]))) return values[0] as T;
  return recordBySeason({ ofMonth }, value);
}

export function recordBySeason<T>(
  { ofMonth }: Pick<MonthSeasons, 'ofMonth'>,
  value: (month: number) => T,
): Record<string, T> {
  return Object.fromEntries(months.map((month) => [ofMonth[month] ?? '', value(month)]));
}

function day(month: number, ofMonth = 1): string {
  return `${String(month + 1).padStart(2, '0')}-${String(ofMonth).padStart(2, '0')}`;
}
