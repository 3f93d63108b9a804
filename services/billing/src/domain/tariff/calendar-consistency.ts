import { dayTypes, rulesFor, type Calendar, type CalendarRule, type DayType } from './calendar.ts';
import { fault, repeated, versions, type Inconsistency, type Path } from './inconsistency.ts';
import { minutesOf, timeOf, DAY_MINUTES } from './minutes.ts';
import { seasonFaults } from './season-consistency.ts';
import type { Season } from './season.ts';

/** What is wrong within a calendar of a tariff with those seasons. */
export function* calendarFaults(
  calendar: Calendar,
  seasonsOfTariff: readonly Season[],
  path: Path,
): Generator<Inconsistency> {
  const { periods, rules } = calendar;
  const codes = periods.map(({ code }) => code);
  yield* repeated(codes, (index) => [...path, 'periods', index, 'code']);
  if (calendar.seasons) yield* seasonFaults(calendar.seasons, [...path, 'seasons']);
  const seasons = new Set((calendar.seasons ?? seasonsOfTariff).map(({ code }) => code));
  for (const version of versions(rules, [...path, 'rules'])) {
    yield* references(version.value, seasons, new Set(codes), version.path);
    for (const season of seasons)
      for (const type of occurringTypes(calendar)) yield* coverage(version.value, season, type, version.path);
  }
  for (const [index, code] of codes.entries())
    if (!periodsIn(rules.flatMap(({ value }) => value)).has(code))
      yield fault([...path, 'periods', index], `no rule has hours of "${code}"`);
}

/** Codes of the periods that rules speak of. */
export function periodsIn(rules: readonly CalendarRule[]): Set<string> {
  return new Set(rules.flatMap(({ hours }) => hours.map(({ period }) => period)));
}

/** Without a list of holidays there are none, whatever the rules say of them. */
function occurringTypes({ holidays }: Calendar): readonly DayType[] {
  return holidays === undefined ? dayTypes.filter((type) => type !== 'holiday') : dayTypes;
}

function* references(
  rules: readonly CalendarRule[],
  seasons: ReadonlySet<string>,
  periods: ReadonlySet<string>,
  path: Path,
): Generator<Inconsistency> {
  for (const [index, rule] of rules.entries()) {
    for (const [place, season] of (rule.seasons ?? []).entries())
      if (!seasons.has(season))
        yield fault([...path, index, 'seasons', place], `no season is called "${season}"`);
    for (const [place, { period }] of rule.hours.entries())
      if (!periods.has(period))
        yield fault([...path, index, 'hours', place, 'period'], `the calendar has no period "${period}"`);
  }
}

/** Each minute once; of neighbouring faults the first. */
function* coverage(
  rules: readonly CalendarRule[],
  season: string,
  type: DayType,
  path: Path,
): Generator<Inconsistency> {
  const counts = new Uint8Array(DAY_MINUTES);
  for (const rule of rulesFor(rules, season, type))
    for (const span of rule.hours) for (const minute of minutesOf(span)) counts[minute]!++;
  const day = `${type}${season ? ` in ${season}` : ''}`;
  const gap = counts.indexOf(0);
  if (gap >= 0) yield fault(path, `no period at ${timeOf(gap)} on a ${day}`);
  const twice = counts.findIndex((count) => count > 1);
  if (twice >= 0) yield fault(path, `${counts[twice]} periods at ${timeOf(twice)} on a ${day}`);
}
