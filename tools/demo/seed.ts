import type { DlmsMeter } from '../simulator/dlms-meter.ts';
import { pushHistory, type HeadEnd } from '../simulator/fleet.ts';
import { readingType } from '@metermesh/metering';
import { eventually } from './eventually.ts';
import type { Query } from './graphql-client.ts';
import { INTERVAL_SECONDS, TIME_ZONE, type Neighbourhood, type Place } from './neighbourhood.ts';
import { termsOfHome, type Terms } from './terms.ts';

const FEEDER = 'F-HANEUL-1';

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
      const { usagePointId, customerId, agreementId, terms = termsOfHome(1) } = place;
      if (!customerId || !agreementId) return;
      await registerCustomer(query, customerId, 'ko');
      const whose = { id: agreementId, customerId, usagePointId };
      await startAgreement(query, { ...whose, startsOn: lastPeriod.start, billingDay, ...terms });
    }),
  );
}

export const registerCustomer = (query: Query, id: string, language: string) =>
  query(CUSTOMER, { input: { id, name: `Household ${id}`, language } });

export interface NewAgreement extends Terms {
  id: string;
  customerId: string;
  usagePointId: string;
  startsOn: string;
  billingDay: number;
}

export const startAgreement = (query: Query, input: NewAgreement) =>
  eventually('customer-care knows the usage point', () => query(AGREEMENT, { input }));

/** Lets every meter push its history to the head-end, as frames. Answers how many intervals were confirmed. */
export async function pushAll(
  meters: readonly DlmsMeter[],
  headEnd: HeadEnd,
  since: number,
  until: number,
): Promise<number> {
  await pushHistory(meters, headEnd, since, until);
  return meters.reduce((sum, meter) => sum + [...meter.supply.intervalStarts(since, until)].length, 0);
}

function initialRead(place: Place) {
  const { registerObis, displayUnit } = readingType(place.readingType)!;
  const value = (place.initialRegister / displayUnit.size).toFixed(3);
  return { obis: registerObis, value, unit: displayUnit.symbol };
}

const REGISTER = `mutation Register($usagePoint: RegisterUsagePointInput!, $meter: RegisterMeterInput!, $installation: InstallMeterInput!) {
  registerUsagePoint(input: $usagePoint) { id }
  registerMeter(input: $meter) { serialNumber }
  installMeter(input: $installation) { id }
}`;
const CUSTOMER = `mutation Customer($input: RegisterCustomerInput!) { registerCustomer(input: $input) { id } }`;
const AGREEMENT = `mutation Agreement($input: StartAgreementInput!) { startAgreement(input: $input) { id } }`;
