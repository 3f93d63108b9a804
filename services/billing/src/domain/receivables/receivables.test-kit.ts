import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { BillIssuedSchema, ReceivableOpenedSchema, type BillIssued } from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import type { BillFacts } from './receivable.ts';
import { parseReceivablesPolicy, type ReceivablesPolicy } from './receivables-policy.ts';

export const NOW = Date.parse('2026-11-23T00:00:00Z');
export const AT = timestampFromMs(NOW);

/** Due on 25 October 2026, the date of the utility's own example. */
export const bill: BillFacts = {
  billId: 'BILL-1',
  agreementId: 'AGR-1',
  customerId: 'CUST-1',
  usagePointId: 'UP-1',
  tariffId: 'kepco/residential-low-voltage',
  currency: 'KRW',
  total: '100000',
  dueOn: '2026-10-25',
};

export const opened = create(ReceivableOpenedSchema, bill);

/** With a net charge, a tax of it and the rounding of both. */
export function issued(facts: BillFacts, net: string, tax: string, rounding = '0'): BillIssued {
  return create(BillIssuedSchema, {
    ...facts,
    period: { start: '2026-09-01', end: '2026-10-01' },
    lines: [
      { code: 'energy', charge: 'energy', unit: 'kWh', amount: net },
      { code: 'vat', charge: 'vat', unit: facts.currency, amount: tax },
      { code: 'total-rounding', charge: 'total', amount: rounding },
    ],
  });
}

export function policyOf(json: unknown): ReceivablesPolicy {
  const policy = parseReceivablesPolicy(json);
  if (isRefusal(policy)) throw new Error(policy.message);
  return policy;
}

/** A policy whose numbers can be followed by head; as JSON, to be spoilt by tests. */
export const policyJson = () => ({
  id: 'small',
  appliesTo: ['kepco/'],
  currency: 'KRW',
  lateFee: { source: 'made up', monthlyRates: ['0.015', '0.010'], rounding: { to: '1', mode: 'down' } },
  dunning: {
    source: 'made up',
    steps: [
      { code: 'reminder', action: 'notice', daysAfterDue: 3, minimumAmount: '1000' },
      {
        code: 'final-notice',
        action: 'notice',
        daysAfterDue: 30,
        daysAfterPrevious: 7,
        minimumAmount: '10000',
      },
      {
        code: 'cut',
        action: 'request-disconnection',
        daysAfterDue: 37,
        daysAfterPrevious: 7,
        minimumAmount: '10000',
      },
    ],
    moratoria: [
      {
        from: '12-24',
        to: '01-02',
        tariffs: ['kepco/residential-'],
        reason: 'It is Christmas.',
        source: 'made up',
      },
    ],
  },
  depositInterest: { source: 'made up', yearlyRate: '0.0365', rounding: { to: '1', mode: 'down' } },
});
export const policy = policyOf(policyJson());
