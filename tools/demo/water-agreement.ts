import type { Query } from './graphql-client.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { startAgreement } from './seed.ts';

/** The demo customer's own agreement on water, which a LoRaWAN meter counts. */
export const waterAgreement = {
  id: 'AGR-W-01',
  customerId: 'CUST-01',
  usagePointId: 'UP-W-01',
  tariffId: 'seoul/water-household',
  attributes: [{ name: 'pipe-size-mm', value: '15' }],
};

/** May be done again. */
export const startWaterAgreement = (query: Query, { lastPeriod, billingDay }: Neighbourhood) =>
  startAgreement(query, { ...waterAgreement, startsOn: lastPeriod.start, billingDay });
