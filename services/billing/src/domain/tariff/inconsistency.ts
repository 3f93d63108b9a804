import type { Dated } from './dated.ts';

/** A place in a tariff's JSON. */
export type Path = readonly (string | number)[];

/** What contradicts something else in a tariff, and where it stands. */
export interface Inconsistency {
  readonly path: Path;
  readonly message: string;
}

export const fault = (path: Path, message: string): Inconsistency => ({ path, message });

/** Each version of a dated value with its place, the date from which it holds and that on which it ends, if it does. */
export function* versions<T>(
  values: Dated<T>,
  path: Path,
): Generator<{ value: T; path: Path; from: string; to: string | undefined }> {
  for (const [index, { from, value }] of values.entries())
    yield { value, path: [...path, index, 'value'], from, to: values[index + 1]?.from };
}

/** Members of a record that should have exactly the known ones. */
export function* members(
  record: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  what: string,
  path: Path,
): Generator<Inconsistency> {
  for (const code of known) if (!(code in record)) yield fault(path, `nothing for the ${what} "${code}"`);
  yield* unknownMembers(record, known, what, path);
}

export function* unknownMembers(
  record: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  what: string,
  path: Path,
): Generator<Inconsistency> {
  for (const code of Object.keys(record))
    if (!known.has(code))
      yield fault([...path, code], `no ${what} is called "${code}"; there are: ${[...known].join(', ')}`);
}

/** Limits of tiers must rise. */
export function* rising(limits: readonly string[], path: Path): Generator<Inconsistency> {
  const unordered = limits.findIndex((limit, tier) => tier > 0 && Number(limit) <= Number(limits[tier - 1]));
  if (unordered > 0) yield fault([...path, unordered], `${limits[unordered]} is not above the tier before`);
}

export function* repeated(
  codes: readonly string[],
  pathOf: (index: number) => Path,
): Generator<Inconsistency> {
  for (const [index, code] of codes.entries())
    if (codes.indexOf(code) < index) yield fault(pathOf(index), `"${code}" is used twice`);
}
