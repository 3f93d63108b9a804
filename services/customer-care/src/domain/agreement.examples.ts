import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { AgreementEndedSchema, AgreementStartedSchema } from '@metermesh/contracts';

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
