import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AgreementEndedSchema,
  AgreementStartedSchema,
  LoadProfileValidatedSchema,
  ServiceKind,
  UsagePointRegisteredSchema,
} from '@metermesh/contracts';
import { localDay, Quality } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';

export const SEOUL = 'Asia/Seoul';
export const TARIFF = 'kepco/residential-low-voltage';

export interface Household {
  agreementId: string;
  customerId: string;
  usagePointId: string;
}

/** A household with identifiers of its own, so that tests do not meet. */
export function newHousehold(): Household {
  const suffix = randomUUID().slice(0, 8);
  return { agreementId: `AGR-${suffix}`, customerId: `CUST-${suffix}`, usagePointId: `UP-${suffix}` };
}

export const usagePointRegistered = ({ usagePointId }: Household, timeZone = SEOUL) =>
  create(UsagePointRegisteredSchema, {
    usagePointId,
    serviceKind: ServiceKind.ELECTRICITY,
    timeZone,
    address: 'Here',
  });

export const agreementStarted = (household: Household, startsOn: string, tariffId = TARIFF) =>
  create(AgreementStartedSchema, { ...household, tariffId, startsOn, billingDay: 1 });

export const agreementEnded = (household: Household, endsOn: string) =>
  create(AgreementEndedSchema, { ...household, endsOn });

/** A validated day whose hours are all `hourly` Wh, except those missing. */
export function loadProfileValidated(
  { usagePointId }: Household,
  date: string,
  hourly: number,
  {
    version = 1n,
    missing = 0,
    quality = Quality.Actual as number,
    timeZone = SEOUL,
    channel = 'active-energy-import',
  } = {},
) {
  const { start, end } = localDay(date, timeZone);
  const hours = (end - start) / 3_600_000;
  return create(LoadProfileValidatedSchema, {
    usagePointId,
    localDate: date,
    timeZone,
    version,
    sourceEventIds: [randomUUID()],
    day: {
      readingType: channel,
      start: timestampFromMs(start),
      intervalSeconds: 3600,
      values: Array.from({ length: hours }, (_, hour) => (hour < missing ? 0 : hourly)),
      qualities: Uint8Array.from({ length: hours }, (_, hour) =>
        hour < missing ? Quality.Missing : quality,
      ),
    },
  });
}

export function datesOf(start: string, end: string): string[] {
  const first = Temporal.PlainDate.from(start);
  return Array.from({ length: first.until(end).days }, (_, days) => first.add({ days }).toString());
}
