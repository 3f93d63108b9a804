import { z } from 'zod';
import { code, dated, name, seasons, timeOfDay } from './dated.ts';

export const dayTypes = ['weekday', 'saturday', 'sunday', 'holiday'] as const;
/** A date has one: a holiday is no weekday, Saturday or Sunday. */
export type DayType = (typeof dayTypes)[number];

/** Hours of local time; where `to` is not after `from` they go on from midnight of the same date. */
const hours = z.strictObject({ from: timeOfDay, to: timeOfDay, period: code });

const rule = z.strictObject({
  /** Codes of seasons; all where absent. */
  seasons: z.array(code).min(1).optional(),
  /** All where absent. */
  dayTypes: z.array(z.enum(dayTypes)).min(1).optional(),
  hours: z.array(hours).min(1),
});

/** Which hours belong to which time-of-use period. Its rules hold every minute of every season and day type once. */
export const calendar = z.strictObject({
  code,
  periods: z.array(z.strictObject({ code, name })).min(1).max(250),
  /** Its own; else those of the tariff. */
  seasons: seasons.optional(),
  /** A list of public holidays that Metermesh ships, or the dates themselves; none where absent. */
  holidays: z.union([code, z.array(z.iso.date())]).optional(),
  rules: dated(z.array(rule).min(1)),
});

export type Calendar = z.infer<typeof calendar>;
export type CalendarRule = z.infer<typeof rule>;

/** The rules that hold for a season's days of a type. */
export function rulesFor(rules: readonly CalendarRule[], season: string, type: DayType): CalendarRule[] {
  return rules.filter(
    (rule) => (rule.seasons?.includes(season) ?? true) && (rule.dayTypes?.includes(type) ?? true),
  );
}
