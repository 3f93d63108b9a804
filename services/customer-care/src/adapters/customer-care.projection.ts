import { decodeEvent, type CustomerRegistered } from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { AgreementEvent } from '../domain/agreement.ts';
import { addAgreement, changeTerms, endAgreement } from './agreements.table.ts';
import { addCustomer } from './customers.table.ts';

/** Keeps the tables that queries read. */
export const customerCareProjection: Projection = {
  name: 'customer-care',
  categories: ['customer', 'agreement'],
  async apply(client, events) {
    for (const recorded of events)
      await apply(client, decodeEvent<CustomerRegistered | AgreementEvent>(recorded));
  },
};

/** Agreements lie in the usage point's stream too, which only guards that they do not overlap. */
export const isFirstHand = ({ stream }: Pick<RecordedEvent, 'stream'>): boolean =>
  stream.category !== 'usage-point-agreements';

async function apply(client: pg.PoolClient, event: CustomerRegistered | AgreementEvent): Promise<void> {
  switch (event.$typeName) {
    case 'metermesh.customer_care.v1.CustomerRegistered':
      return addCustomer(client, event);
    case 'metermesh.customer_care.v1.AgreementStarted':
      return addAgreement(client, event);
    case 'metermesh.customer_care.v1.AgreementTermsChanged':
      return changeTerms(client, event);
    case 'metermesh.customer_care.v1.AgreementEnded':
      return endAgreement(client, event);
  }
}
