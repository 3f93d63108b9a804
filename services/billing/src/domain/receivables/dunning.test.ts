import { create } from '@bufbuild/protobuf';
import {
  CreditSource,
  DisconnectionRequestedSchema,
  DisconnectionRequestWithdrawnSchema,
  DunningStepTakenSchema,
  LateFeeChargedSchema,
  ReceivablePlannedSchema,
  ReceivableSettledSchema,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { isRefusal, specify } from '@metermesh/decider';
import { receivableDecider, type ReceivableCommand } from './receivable.decider.ts';
import type { DunningFacts } from './dunning.ts';
import type { ReceivableEvent } from './receivable.ts';
import { AT, bill, NOW, opened, policy, policyJson, policyOf } from './receivables.test-kit.ts';
import { parseReceivablesPolicy, policyFor } from './receivables-policy.ts';

const { given } = specify(receivableDecider);
const calm: DunningFacts = { isDisputed: false, hasAgreement: true };
const dun = (on: string, facts: Partial<DunningFacts> = {}): ReceivableCommand => ({
  ...{ type: 'dun', bill, policyId: 'small', policy: policy.dunning!, facts: { ...calm, ...facts } },
  ...{ on, by: 'daily run', at: NOW },
});
const whose = { billId: 'BILL-1', customerId: 'CUST-1', agreementId: 'AGR-1', usagePointId: 'UP-1' };
const reasonOf = (days: number, amount = '100000') =>
  `${amount} KRW of bill BILL-1 are open ${days} days after 2026-10-25, the last day to pay.`;
const taken = (step: string, takenOn: string, days: number, amount = '100000') =>
  create(DunningStepTakenSchema, {
    ...{ ...whose, step, amount, currency: 'KRW', dueOn: '2026-10-25', takenOn, policyId: 'small' },
    ...{ reason: reasonOf(days, amount), takenAt: AT, takenBy: 'daily run' },
  });
const requested = (number: number, days: number) =>
  create(DisconnectionRequestedSchema, {
    ...{
      ...whose,
      requestId: `BILL-1-D${number}`,
      amount: '100000',
      currency: 'KRW',
      reason: reasonOf(days),
    },
    ...{ requestedAt: AT, requestedBy: 'daily run' },
  });
const withdrawn = (reason: string, by = 'daily run') =>
  create(DisconnectionRequestWithdrawnSchema, {
    ...{ ...whose, requestId: 'BILL-1-D1', reason, withdrawnAt: AT, withdrawnBy: by },
  });
const settled = (amount: string) =>
  create(ReceivableSettledSchema, {
    ...{ billId: 'BILL-1', customerId: 'CUST-1', currency: 'KRW', amount },
    ...{ source: CreditSource.PAYMENT, sourceId: 'KB-1', valueOn: '2026-11-01' },
  });

const reminded: ReceivableEvent[] = [opened, taken('reminder', '2026-10-28', 3)];
const warned: ReceivableEvent[] = [...reminded, taken('final-notice', '2026-11-24', 30)];
const asked: ReceivableEvent[] = [...warned, taken('cut', '2026-12-01', 37), requested(1, 37)];

describe('dunning', () => {
  it('begins some days after the last day to pay, and takes each step once', () => {
    given().when(dun('2026-10-27')).thenNothing();
    given()
      .when(dun('2026-10-28'))
      .then(...reminded);
    given(...reminded)
      .when(dun('2026-10-28'))
      .thenNothing();
    given(...reminded)
      .when(dun('2026-11-23'))
      .thenNothing();
    given(...reminded)
      .when(dun('2026-11-24'))
      .then(warned.at(-1)!);
  });

  it('asks for a disconnection at last, and does nothing more', () => {
    given(...warned)
      .when(dun('2026-12-01'))
      .then(...asked.slice(-2));
    given(...asked)
      .when(dun('2027-03-01'))
      .thenNothing();
  });

  it('warns whoever was not looked at for months before it goes on', () => {
    given()
      .when(dun('2027-03-01'))
      .then(opened, taken('reminder', '2027-03-01', 127));
    const late = [opened, taken('reminder', '2027-03-01', 127)];
    given(...late)
      .when(dun('2027-03-07'))
      .thenNothing();
    given(...late)
      .when(dun('2027-03-08'))
      .then(taken('final-notice', '2027-03-08', 134));
  });

  it('lets small amounts be', () => {
    given(...reminded, settled('90001'))
      .when(dun('2026-11-24'))
      .thenNothing();
    given(opened, settled('100000')).when(dun('2026-10-28')).thenNothing();
  });

  it('puts no supply at stake for late fees alone', () => {
    const fee = create(LateFeeChargedSchema, {
      ...{ billId: 'BILL-1', customerId: 'CUST-1', currency: 'KRW', amount: '40000', charged: '40000' },
      ...{ until: '2026-11-30', policyId: 'small' },
    });
    given(...warned, fee, settled('100000'))
      .when(dun('2026-12-01'))
      .thenNothing();
    given(...asked, fee, settled('95000'))
      .when(dun('2026-12-02'))
      .then(withdrawn('Only 5000 KRW are still open.'));
    given(...reminded, fee, settled('100000'))
      .when(dun('2026-11-24'))
      .then(taken('final-notice', '2026-11-24', 30, '40000'));
  });

  it('is quiet while the bill is disputed or paid in instalments', () => {
    given()
      .when(dun('2026-10-28', { isDisputed: true }))
      .thenNothing();
    given(opened, create(ReceivablePlannedSchema, { billId: 'BILL-1', planId: 'P' }))
      .when(dun('2026-10-28'))
      .thenNothing();
  });

  it.each([
    ['the customer is protected', '2026-12-01', { protectedBecause: 'ventilator' }],
    ['he has moved out', '2026-12-01', { hasAgreement: false }],
    ['homes are not disconnected', '2026-12-24', {}],
    ['homes are not disconnected, over the year’s end', '2027-01-02', {}],
  ])('warns, but asks for no disconnection where %s', (_, on, facts) => {
    given(...warned)
      .when(dun(on, facts))
      .thenNothing();
    given(...reminded)
      .when(dun('2026-12-24', facts))
      .then(taken('final-notice', '2026-12-24', 60));
  });

  it('takes the request back where one of these comes true, and asks again once it is over', () => {
    given(...asked)
      .when(dun('2026-12-24'))
      .then(withdrawn('It is Christmas.'));
    given(...asked)
      .when(dun('2026-12-02', { isDisputed: true, protectedBecause: 'ventilator' }))
      .then(withdrawn('The customer disputes the bill. ventilator'));
    given(...asked, withdrawn('It is Christmas.'))
      .when(dun('2027-01-03'))
      .then(taken('cut', '2027-01-03', 70), requested(2, 70));
  });

  it('takes the request back with the payment itself', () => {
    given(...asked)
      .when({
        ...{ type: 'settle', bill, source: CreditSource.PAYMENT, sourceId: 'KB-1' },
        ...{ amount: '100000', valueOn: '2026-11-01', at: NOW },
      })
      .then(settled('100000'), withdrawn('Bill BILL-1 was paid.', 'billing'));
    given(...asked, settled('95000'))
      .when(dun('2026-12-02'))
      .then(withdrawn('Only 5000 KRW are still open.'));
  });

  it('goes with everything else that ends the debt', () => {
    const by = 'lee';
    const last = (command: ReceivableCommand) => {
      const events = receivableDecider.decide(
        command,
        asked.reduce(receivableDecider.evolve, receivableDecider.initialState),
      );
      return (events as readonly ReceivableEvent[]).map(({ $typeName }) => $typeName.split('.').at(-1));
    };
    expect(last({ type: 'cancel', bill, replacedBy: '', at: NOW })).toContain(
      'DisconnectionRequestWithdrawn',
    );
    expect(last({ type: 'writeOff', bill, reason: 'dead', by, at: NOW })).toContain(
      'DisconnectionRequestWithdrawn',
    );
    expect(last({ type: 'plan', bill, planId: 'P', at: NOW })).toContain('DisconnectionRequestWithdrawn');
  });
});

describe('a policy', () => {
  const spoilt = (spoil: (json: ReturnType<typeof policyJson>) => void) => {
    const json = policyJson();
    spoil(json);
    return parseReceivablesPolicy(json);
  };

  it.each<[string, string, (json: ReturnType<typeof policyJson>) => void]>([
    [
      'a step before the one before it',
      'dunning.steps.1.daysAfterDue',
      (json) => (json.dunning.steps[1]!.daysAfterDue = 1),
    ],
    ['a step twice', 'dunning.steps.1.code', (json) => (json.dunning.steps[1]!.code = 'reminder')],
    [
      'a disconnection amid',
      'dunning.steps.0.action',
      (json) => (json.dunning.steps[0]!.action = 'request-disconnection'),
    ],
    ['a disconnection without a notice', 'dunning.steps.0.action', (json) => json.dunning.steps.splice(0, 2)],
    ['a rate that is none', 'lateFee.monthlyRates.0', (json) => (json.lateFee.monthlyRates[0] = '1.5 %')],
    ['a day that is none', 'dunning.moratoria.0.to', (json) => (json.dunning.moratoria[0]!.to = '13-01')],
  ])('says where it has %s', (_, place, spoil) => {
    const faults = spoilt(spoil);
    expect(isRefusal(faults) && [faults.code, faults.message]).toEqual([
      'POLICY_INVALID',
      expect.stringContaining(place),
    ]);
  });

  it('is the one that names the tariff most exactly, in its currency', () => {
    const all = [
      policyOf({ ...policyJson(), id: 'general', appliesTo: [''], currency: undefined }),
      policyOf({ ...policyJson(), id: 'homes', appliesTo: ['kepco/residential-'] }),
      policy,
    ];
    const idOf = (tariffId: string, currency: string) => policyFor(all, tariffId, currency)?.id;
    expect(idOf('kepco/residential-low-voltage', 'KRW')).toBe('homes');
    expect(idOf('kepco/general-b', 'KRW')).toBe('small');
    expect(idOf('kepco/general-b', 'EUR')).toBe('general');
    expect(policyFor([policy], 'other/tariff', 'KRW')).toBeUndefined();
  });
});
