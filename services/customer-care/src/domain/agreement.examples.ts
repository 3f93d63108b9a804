import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AgreementEndedSchema,
  AgreementStartedSchema,
  AgreementTermsChangedSchema,
  AgreementTermsSchema,
  PaymentMode,
} from '@metermesh/contracts';

/** Messages that specifications begin with, right in all but what is given. */
export const started = (change: MessageInitShape<typeof AgreementStartedSchema> = {}) =>
  create(AgreementStartedSchema, {
    agreementId: 'A-1',
    customerId: 'C-1',
    usagePointId: 'UP-1',
    tariffId: 'kepco/residential-low-voltage',
    startsOn: '2026-10-01',
    billingDay: 1,
    ...change,
  });

export const ended = (endsOn: string, agreementId = 'A-1') =>
  create(AgreementEndedSchema, { agreementId, customerId: 'C-1', usagePointId: 'UP-1', endsOn });

/** Terms from a day on that are as those of {@link started} in all but what is given. */
export const termsChanged = (
  from: string,
  change: number,
  terms: MessageInitShape<typeof AgreementTermsSchema>,
) =>
  create(AgreementTermsChangedSchema, {
    agreementId: 'A-1',
    customerId: 'C-1',
    usagePointId: 'UP-1',
    from,
    change,
    terms: create(AgreementTermsSchema, {
      tariffId: 'kepco/residential-low-voltage',
      paymentMode: PaymentMode.POSTPAID,
      ...terms,
    }),
  });
