import { pushHistory, type HeadEnd } from '../simulator/fleet.ts';
import { readingType } from '@metermesh/metering';
import type { Query } from './graphql-client.ts';
import {
  INTERVAL_SECONDS,
  meterIn,
  TARIFF,
  TIME_ZONE,
  type Neighbourhood,
  type Place,
} from './neighbourhood.ts';

const FEEDER = 'F-HANEUL-1';
const WAIT_MS = 60_000;

/** Registers places, meters and customers, as an operator would: through the graph. */
export async function register(
  query: Query,
  { places, since, lastPeriod, billingDay }: Neighbourhood,
  switchAddress: (place: Place) => string,
): Promise<void> {
  await Promise.all(
    places.map(async (place) => {
      await query(REGISTER, {
        usagePoint: {
          id: place.usagePointId,
          serviceKind: place.serviceKind,
          timeZone: TIME_ZONE,
          address: place.address,
          feeder: FEEDER,
        },
        meter: {
          serialNumber: place.serialNumber,
          manufacturer: 'MMX',
          serviceKind: place.serviceKind,
          systemTitle: place.systemTitle,
          networkAddress: switchAddress(place),
          channels: [{ readingType: place.readingType, intervalSeconds: INTERVAL_SECONDS }],
          keys: {
            encryptionKey: place.encryptionKey,
            authenticationKey: place.authenticationKey,
            password: place.password,
          },
        },
        installation: {
          usagePointId: place.usagePointId,
          serialNumber: place.serialNumber,
          installedAt: new Date(since).toISOString(),
          registerReads: [initialRead(place)],
        },
      });
      if (place.customerId) await startAgreement(query, place, lastPeriod.start, billingDay);
    }),
  );
}

async function startAgreement(
  query: Query,
  place: Place,
  startsOn: string,
  billingDay: number,
): Promise<void> {
  await query(CUSTOMER, {
    input: { id: place.customerId, name: `Household ${place.customerId}`, language: 'ko' },
  });
  const input = {
    id: place.agreementId,
    customerId: place.customerId,
    usagePointId: place.usagePointId,
    tariffId: TARIFF,
    startsOn,
    billingDay,
  };
  await eventually('customer-care knows the usage point', () => query(AGREEMENT, { input }));
}

/** Lets every meter push its history to the head-end, as frames. Answers how many intervals were confirmed. */
export async function pushAll(
  neighbourhood: Neighbourhood,
  headEnd: HeadEnd,
  until: number,
): Promise<number> {
  const { places, since } = neighbourhood;
  const meters = places.map((place) => meterIn(neighbourhood, place));
  await pushHistory(meters, headEnd, since, until);
  return meters.reduce((sum, meter) => sum + [...meter.supply.intervalStarts(since, until)].length, 0);
}

/** Bills the period that is over for every agreement; answers the identifiers of the bills. */
export async function billLastPeriod(query: Query, { places, lastPeriod }: Neighbourhood): Promise<string[]> {
  const agreements = places.flatMap(({ agreementId }) => agreementId ?? []);
  return Promise.all(
    agreements.map((agreementId) =>
      eventually(`the bill of ${agreementId}`, async () => {
        const { closeBillingCycle: cycle } = await query<ClosedCycle>(CLOSE, {
          agreementId,
          periodStart: lastPeriod.start,
        });
        if (!cycle.bill) throw new Error(cycle.holdReasons.map(({ message }) => message).join(' '));
        return cycle.bill.id;
      }),
    ),
  );
}

interface ClosedCycle {
  closeBillingCycle: { bill: { id: string } | null; holdReasons: { message: string }[] };
}

function initialRead(place: Place) {
  const { registerObis, displayUnit } = readingType(place.readingType)!;
  const value = (place.initialRegister / displayUnit.size).toFixed(3);
  return { obis: registerObis, value, unit: displayUnit.symbol };
}

/** Facts take a moment from service to service: tries again until it works, for a minute unless told otherwise. */
export async function eventually<Result>(
  what: string,
  attempt: () => Promise<Result>,
  withinMs = WAIT_MS,
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`Waited in vain for ${what}: ${(error as Error).message}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const REGISTER = `mutation Register($usagePoint: RegisterUsagePointInput!, $meter: RegisterMeterInput!, $installation: InstallMeterInput!) {
  registerUsagePoint(input: $usagePoint) { id }
  registerMeter(input: $meter) { serialNumber }
  installMeter(input: $installation) { id }
}`;
const CUSTOMER = `mutation Customer($input: RegisterCustomerInput!) { registerCustomer(input: $input) { id } }`;
const AGREEMENT = `mutation Agreement($input: StartAgreementInput!) { startAgreement(input: $input) { id } }`;
const CLOSE = `mutation Close($agreementId: ID!, $periodStart: Date!) {
  closeBillingCycle(agreementId: $agreementId, periodStart: $periodStart) { bill { id } holdReasons { message } }
}`;
