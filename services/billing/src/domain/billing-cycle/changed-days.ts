import { create } from '@bufbuild/protobuf';
import { ChangedDaySchema, type BillingDeterminant, type ChangedDay } from '@metermesh/contracts';
import { sourcesOf } from './determinant-sources.ts';

/** The local days that two bills take from different versions, or that only one of them rests on; by reading type and date. */
export function changedDays(
  previous: readonly BillingDeterminant[],
  next: readonly BillingDeterminant[],
): ChangedDay[] {
  const before = daysOf(previous);
  const after = daysOf(next);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key)?.version !== after.get(key)?.version)
    .sort()
    .map((key) => {
      const [one, other] = [before.get(key), after.get(key)];
      return create(ChangedDaySchema, {
        code: (one ?? other)!.code,
        localDate: (one ?? other)!.localDate,
        previousVersion: one?.version ?? 0n,
        version: other?.version ?? 0n,
        previousQuantity: one?.quantity ?? 0n,
        quantity: other?.quantity ?? 0n,
      });
    });
}

function daysOf(determinants: readonly BillingDeterminant[]) {
  return new Map(
    determinants.flatMap((determinant) =>
      sourcesOf(determinant).map(({ localDate, version, quantity }) => [
        `${determinant.code} ${localDate}`,
        { code: determinant.code, localDate, version, quantity },
      ]),
    ),
  );
}
