import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { BillIssued } from '@metermesh/contracts';
import { Temporal } from 'temporal-polyfill';

/** Bills of before they said so were due as many days after their issue. */
const DUE_DAYS = 14;

/** The last day to pay a bill, a local date. */
export function dueOn({ dueOn: told, issuedAt, timeZone }: BillIssued): string {
  if (told) return told;
  const issued = Temporal.Instant.fromEpochMilliseconds(issuedAt ? timestampMs(issuedAt) : 0);
  return issued
    .toZonedDateTimeISO(timeZone || 'UTC')
    .toPlainDate()
    .add({ days: DUE_DAYS })
    .toString();
}
