import { refuse, type Refusal } from '@metermesh/decider';
import { z } from 'zod';
import { code, name } from './dated.ts';

const holidays = z.strictObject({
  $schema: z.string().optional(),
  code,
  name,
  source: z.string().min(1),
  /** Every public holiday of each year that is known, with what it is. A date in a year not listed cannot be billed by day type. */
  years: z.record(
    z.string().regex(/^\d{4}$/, 'expected a year'),
    z.array(z.strictObject({ date: z.iso.date(), name })),
  ),
});

export type HolidayList = z.infer<typeof holidays>;
/** By the code of each list. */
export type HolidayLists = Readonly<Record<string, HolidayList>>;

/** A list of holidays from parsed JSON. Refusal: `HOLIDAYS_INVALID`. */
export function parseHolidays(json: unknown): HolidayList | Refusal<'HOLIDAYS_INVALID'> {
  const parsed = holidays.safeParse(json);
  const faults = parsed.success
    ? misplaced(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the list'}: ${message}`);
  return parsed.success && faults.length === 0
    ? parsed.data
    : refuse('HOLIDAYS_INVALID', faults.join('; '), { faults });
}

/** Whether a date is one of the list; undefined where its year is not listed. */
export function isHoliday(list: HolidayList, date: string): boolean | undefined {
  return list.years[date.slice(0, 4)]?.some((holiday) => holiday.date === date);
}

function misplaced({ years }: HolidayList): string[] {
  return Object.entries(years).flatMap(([year, dates]) =>
    dates.flatMap(({ date }, index) => {
      if (!date.startsWith(year)) return [`years.${year}[${index}].date: ${date} is not in ${year}`];
      const isTwice = dates.findIndex((other) => other.date === date) < index;
      return isTwice ? [`years.${year}[${index}].date: ${date} is listed twice`] : [];
    }),
  );
}
