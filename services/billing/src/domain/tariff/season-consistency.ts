import { fault, type Inconsistency, type Path } from './inconsistency.ts';
import { holds, type Season } from './season.ts';

/** Together the seasons hold each day of the year once, 29 February included. */
export function* seasonFaults(seasons: readonly Season[], path: Path): Generator<Inconsistency> {
  let before = 1;
  for (const day of leapYear) {
    const count = seasons.filter((season) => holds(season, day)).length;
    if (count === 0 && before !== 0)
      yield fault(path, `no season holds the days from ${day.slice('YYYY-'.length)} on`);
    if (count > 1 && count !== before)
      yield fault(path, `${count} seasons hold ${day.slice('YYYY-'.length)}`);
    before = count;
  }
}

const leapYear = Array.from({ length: 366 }, (_, day) =>
  new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 'YYYY-MM-DD'.length),
);
