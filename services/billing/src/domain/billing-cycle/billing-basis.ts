import { refuse, type Refusal } from '@metermesh/decider';
import { readingTypes, type ReadingType } from '@metermesh/metering';
import type { Agreement } from './agreement.ts';
import type { Period } from '../rating/period.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { ValidatedDay } from './validated-day.ts';

/** Everything that the bill of one period rests on. */
export interface BillingBasis {
  readonly agreement: Agreement;
  readonly period: Period;
  /** Of the usage point. */
  readonly timeZone: string;
  readonly tariff: Tariff;
  /** What of the usage point is billed. */
  readonly readingType: ReadingType;
  /** Of that reading type and period, as far as there are any. */
  readonly days: readonly ValidatedDay[];
}

/** What a tariff bills at a usage point of a service kind: what comes in. Refusal: `TARIFF_UNFIT`. */
export function billedReadingType(
  { id, unit }: Tariff,
  serviceKind: string,
  usagePointId: string,
): ReadingType | Refusal {
  const fitting = readingTypes.find(
    (type) =>
      type.serviceKind === serviceKind && type.aggregation === 'sum' && type.displayUnit.symbol === unit,
  );
  return (
    fitting ??
    refuse(
      'TARIFF_UNFIT',
      `Tariff ${id} rates ${unit}, which is not what usage point ${usagePointId} (${serviceKind}) is billed in.`,
    )
  );
}
