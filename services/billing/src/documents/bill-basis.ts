import { sum, exact, decimalString } from '../domain/rating/exact.ts';
import type { ShownDeterminant } from '../projections/bill.ts';
import type { BillFacts } from './bill-facts.ts';
import type { BillNames } from './bill-names.ts';
import { SHOWN_DECIMALS, type Formats } from './formats.ts';
import type { Words } from './words.ts';

/** What a bill rests on, and how good that is. */
export interface BillBasis {
  readonly determinants: readonly {
    readonly name: string;
    readonly quantity: string;
    readonly note: string;
  }[];
  readonly quality: string;
}

export function billBasis({ bill }: BillFacts, names: BillNames, words: Words, formats: Formats): BillBasis {
  const days = bill.determinants.flatMap((determinant) => determinant.days);
  const count = (of: (day: (typeof days)[number]) => number) =>
    Number(decimalString(sum(days.map((day) => exact(of(day))))));
  const estimated = count((day) => day.estimatedIntervals);
  const suspect = count((day) => day.suspectIntervals);
  const missing = count((day) => day.missingIntervals);
  const isMeasured = estimated + suspect + missing === 0;
  return {
    determinants: bill.determinants.map(({ code, quantity, unit, ...more }) => ({
      name: names.determinant(code),
      quantity: names.quantity(formats.rounded(quantity, SHOWN_DECIMALS), unit),
      note: noteOf(more, bill.timeZone, names, formats),
    })),
    quality: isMeasured
      ? words.allMeasured(new Set(days.map(({ date }) => date)).size)
      : words.notMeasured(estimated, suspect, missing),
  };
}

/** What it belongs to, when it was so, and of which part of the period it is. */
function noteOf(
  { of, at, from, to }: Pick<ShownDeterminant, 'of' | 'at' | 'from' | 'to'>,
  timeZone: string,
  names: BillNames,
  formats: Formats,
): string {
  const notes = [
    of && names.charge(of),
    at && formats.dateTime(at, timeZone),
    from && to && formats.period(from, to),
  ];
  return notes.filter(Boolean).join(' · ');
}
