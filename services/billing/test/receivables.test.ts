import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  decodeEvent,
  DisconnectionRequestedSchema,
  DisconnectionRequestWithdrawnSchema,
  factSubject,
  type DisconnectionRequested,
  type DisconnectionRequestWithdrawn,
} from '@metermesh/contracts';
import { ReceivablesHost } from '../src/adapters/receivables-host.ts';
import { BillingService, codeOf, STARTING_MS, until } from './billing-service.test-kit.ts';
import { agreementEnded, type Household } from './household-facts.ts';
import { MoneyDesk, supervisor } from './money-service.test-kit.ts';

let service: BillingService;
let desk: MoneyDesk;
let household: Household;
let billId: string;
let reference: string;
const facts: string[] = [];

beforeAll(async () => {
  service = await BillingService.start();
  desk = new MoneyDesk(service);
  for (const { typeName } of [DisconnectionRequestedSchema, DisconnectionRequestWithdrawnSchema])
    service.nats.subscribe(factSubject('billing', typeName, 'x').replace(/\d\d$/, '*'), {
      callback: (_error, { data, headers }) => {
        const type = headers!.get('ce-type');
        const fact = decodeEvent<DisconnectionRequested | DisconnectionRequestWithdrawn>({ type, data });
        if (fact.billId === billId) facts.push(type.split('.').at(-1)!);
      },
    });
}, STARTING_MS);
afterAll(() => service?.stop());

/** A household with an agreement, and a bill of 110,000 won to be paid by 10 March 2025. */
beforeEach(async () => {
  facts.length = 0;
  reference = `KB-${randomUUID()}`;
  household = await service.settle('2024-01-01');
  await until(
    () => desk.rows('SELECT FROM agreement WHERE id = $1 AND starts_on IS NOT NULL', household.agreementId),
    (rows) => rows.length === 1,
  );
  billId = await desk.issueBill(household, 100_000, '2025-03-10');
});

const stepsOf = async (id = billId) =>
  (await desk.bill(id)).dunning.map(({ step, takenOn }) => [step, takenOn]);

/** Up to the request for disconnection. */
async function dunned(): Promise<void> {
  for (const day of ['2025-03-13', '2025-04-10', '2025-05-03', '2025-05-10']) await desk.runOn(day);
  expect((await stepsOf()).at(-1)).toEqual(['disconnection-request', '2025-05-10']);
}

describe('an overdue bill', () => {
  it('is charged for by the day, once a day, and no more than two months', async () => {
    await desk.runOn('2025-03-13');
    await desk.runOn('2025-03-13');
    // 110,000 × 1.5 % × 3 / 31
    expect(await desk.bill(billId)).toMatchObject({ lateFee: '159', balance: '110159' });
    await desk.runOn('2025-04-10');
    expect(await desk.bill(billId)).toMatchObject({ lateFee: '1650' });
    await desk.runOn('2026-05-10');
    expect(await desk.bill(billId)).toMatchObject({ lateFee: '2750', balance: '112750' });
  });

  it('is charged for no day on which the money was there, however late it was recorded', async () => {
    await desk.runOn('2025-04-10');
    await desk.pay(reference, '110000', { billId, receivedOn: '2025-03-13' });
    expect(await desk.bill(billId)).toMatchObject({
      lateFee: '159',
      balance: '159',
      paymentStatus: 'OVERDUE',
    });
  });

  it('can be relieved of its fee, or given up, by a supervisor with a reason', async () => {
    await desk.runOn('2025-04-10');
    const waive = (amount: string | null, reason: string) =>
      desk.mutate(
        'waiveLateFee',
        '$billId: ID!, $amount: Decimal, $reason: String!',
        { billId, amount, reason },
        'lateFee balance',
      );
    expect((await waive('650', 'the post was late')).data!['waiveLateFee']).toEqual({
      lateFee: '1000',
      balance: '111000',
    });
    expect(codeOf(await waive('1001', 'more'))).toBe('LATE_FEE_LESS_THAN_THAT');
    expect(codeOf(await waive(null, ' '))).toBe('REASON_MISSING');
    expect((await waive(null, 'all of it')).data!['waiveLateFee']).toEqual({
      lateFee: '0',
      balance: '110000',
    });
    const written = await desk.mutate(
      'writeOffBill',
      '$billId: ID!, $reason: String!',
      { billId, reason: 'bankrupt' },
      'balance paymentStatus',
    );
    expect(written.data!['writeOffBill']).toEqual({ balance: '0', paymentStatus: 'WRITTEN_OFF' });
    expect(
      await desk.refused('writeOffBill', '$billId: ID!, $reason: String!', { billId, reason: 'x' }, 'id'),
    ).toBe('NOTHING_OPEN');
    const lost = await desk.rows(
      `SELECT amount FROM posting WHERE bill_id = $1 AND account = 'bad-debt'`,
      billId,
    );
    expect(lost).toEqual([{ amount: '110000' }]);
  });

  it('is dunned step by step, ending in a fact that asks for a disconnection', async () => {
    await desk.runOn('2025-03-12');
    expect(await stepsOf()).toEqual([]);
    await dunned();
    await desk.runOn('2025-06-10');
    expect(await stepsOf()).toEqual([
      ['reminder', '2025-03-13'],
      ['overdue-notice', '2025-04-10'],
      ['final-notice', '2025-05-03'],
      ['disconnection-request', '2025-05-10'],
    ]);
    expect(await desk.bill(billId)).toMatchObject({ disconnectionRequestId: `${billId}-D1` });
    await until(
      async () => [...facts],
      (heard) => heard.length > 0,
    );
    expect(facts).toEqual(['DisconnectionRequested']);
  });

  it('takes the request back with the payment', async () => {
    await dunned();
    await desk.pay(reference, '110000', { billId, receivedOn: '2025-05-11' });
    expect(await desk.bill(billId)).toMatchObject({ disconnectionRequestId: null });
    await until(
      async () => [...facts],
      (heard) => heard.includes('DisconnectionRequestWithdrawn'),
    );
  });

  it('takes the request back where it is disputed, at once', async () => {
    await dunned();
    await desk.mutate('disputeBill', '$id: ID!, $reason: String!', { id: billId, reason: 'not mine' }, 'id');
    await until(
      () => desk.bill(billId),
      ({ disconnectionRequestId }) => disconnectionRequestId === null,
    );
    await desk.runOn('2025-06-01');
    expect(await desk.bill(billId)).toMatchObject({ disconnectionRequestId: null });
  });

  it('asks for no disconnection of a customer who is protected, and takes back what was asked for', async () => {
    await dunned();
    const { customerId } = household;
    const protect = () =>
      desk.mutate(
        'protectFromDisconnection',
        '$customerId: ID!, $until: Date, $reason: String!',
        { customerId, until: null, reason: 'ventilator' },
        'reason grantedBy customer { disconnectionProtection { reason } }',
      );
    expect((await protect()).data!['protectFromDisconnection']).toEqual({
      ...{
        reason: 'ventilator',
        grantedBy: 'lee',
        customer: { disconnectionProtection: { reason: 'ventilator' } },
      },
    });
    expect(await desk.bill(billId)).toMatchObject({ disconnectionRequestId: null });
    await desk.runOn('2025-06-01');
    expect(await desk.bill(billId)).toMatchObject({ disconnectionRequestId: null });
    const ended = await desk.mutate(
      'endDisconnectionProtection',
      '$customerId: ID!, $reason: String!',
      { customerId, reason: 'moved to hospital' },
      'disconnectionProtection { reason }',
    );
    expect(ended.data).toEqual({ endDisconnectionProtection: { disconnectionProtection: null } });
    await desk.runOn('2025-06-02');
    expect(await desk.bill(billId)).toMatchObject({ disconnectionRequestId: `${billId}-D2` });
  });

  it('asks for none where it is disputed anew on the day on which a dispute of it was resolved', async () => {
    const dispute = () =>
      desk.mutate('disputeBill', '$id: ID!, $reason: String!', { id: billId, reason: 'not mine' }, 'id');
    await dispute();
    await desk.mutate(
      'resolveDispute',
      '$id: ID!, $outcome: DisputeOutcome!',
      { id: billId, outcome: 'REJECTED' },
      'id',
    );
    await dispute();
    await until(
      () => desk.rows('SELECT FROM receivable_pause WHERE bill_id = $1 AND ends_on IS NULL', billId),
      (rows) => rows.length === 1,
    );
    await desk.runOn('2025-03-13');
    expect(await stepsOf()).toEqual([]);
  });

  it('takes the request back as soon as its customer has moved out: another one may live there now', async () => {
    await dunned();
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-05-11'));
    await until(
      () => desk.bill(billId),
      ({ disconnectionRequestId }) => disconnectionRequestId === null,
    );
  });

  it('asks for no disconnection of whoever moved in after the debtor', async () => {
    for (const day of ['2025-03-13', '2025-04-10', '2025-05-03']) await desk.runOn(day);
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-05-05'));
    await until(
      () => desk.rows('SELECT FROM agreement WHERE id = $1 AND ends_on IS NOT NULL', household.agreementId),
      (rows) => rows.length === 1,
    );
    await desk.runOn('2025-05-10');
    expect((await stepsOf()).at(-1)).toEqual(['final-notice', '2025-05-03']);
  });

  it('asks for none in the months in which homes are not disconnected', async () => {
    const summer = await desk.issueBill(household, 100_000, '2025-05-10');
    for (const day of ['2025-05-13', '2025-06-10', '2025-07-03', '2025-07-10']) await desk.runOn(day);
    expect((await stepsOf(summer)).at(-1)).toEqual(['final-notice', '2025-07-03']);
    await desk.runOn('2025-09-01');
    expect((await stepsOf(summer)).at(-1)).toEqual(['disconnection-request', '2025-09-01']);
  });
});

describe('an instalment plan', () => {
  const agree = (over: Record<string, unknown> = {}) =>
    desk.mutate(
      'agreeInstalmentPlan',
      '$input: AgreeInstalmentPlanInput!',
      {
        input: {
          ...{ id: `PLAN-${billId}`, billIds: [billId], reason: 'lost his job' },
          instalments: [
            { dueOn: '2026-12-25', amount: '50000' },
            { dueOn: '2027-01-25', amount: '60000' },
          ],
          ...over,
        },
      },
      'id status bills { bill { id } amount } instalments { dueOn amount }',
    );
  const planStatus = async () =>
    (await service.ask('query ($id: ID!) { instalmentPlan(id: $id) { status } }', { id: `PLAN-${billId}` }))
      .data;

  it('stops fees and dunning as long as it is kept, and ends by itself once all is paid', async () => {
    expect((await agree()).data!['agreeInstalmentPlan']).toMatchObject({
      ...{ status: 'ACTIVE', bills: [{ bill: { id: billId }, amount: '110000' }] },
    });
    await desk.runOn('2026-12-26');
    expect(await desk.bill(billId)).toMatchObject({ dunning: [] });
    await desk.pay(reference, '50000', { billId });
    await desk.runOn('2027-01-10');
    expect(await planStatus()).toEqual({ instalmentPlan: { status: 'ACTIVE' } });
    const { balance } = await desk.bill(billId);
    await desk.pay(`${reference}-2`, balance, { billId });
    await desk.runOn('2027-01-20');
    expect(await planStatus()).toEqual({ instalmentPlan: { status: 'KEPT' } });
  });

  it('is broken where an instalment is not paid in time; the bill is dunned again', async () => {
    await agree();
    await desk.runOn('2026-12-30');
    expect(await planStatus()).toEqual({ instalmentPlan: { status: 'ACTIVE' } });
    await desk.runOn('2026-12-31');
    expect(await planStatus()).toEqual({ instalmentPlan: { status: 'DEFAULTED' } });
    expect(await stepsOf()).toEqual([['reminder', '2026-12-31']]);
  });

  it('is agreed on what is open, on dates to come, of one customer, and one at a time', async () => {
    const instalments = [{ dueOn: '2026-12-25', amount: '100' }];
    expect(codeOf(await agree({ instalments }))).toBe('INSTALMENTS_DO_NOT_ADD_UP');
    expect(codeOf(await agree({ instalments: [{ dueOn: '2020-12-25', amount: '110000' }] }))).toBe(
      'INSTALMENT_DATES_INVALID',
    );
    expect(codeOf(await agree({ billIds: ['BILL-none'] }))).toBe('BILL_NOT_FOUND');
    expect(codeOf(await agree({ billIds: [] }))).toBe('BILLS_DIFFER');
    await agree();
    expect(codeOf(await agree({ id: 'another' }))).toBe('BILL_IN_PLAN');
    const cancel = ['cancelInstalmentPlan', '$id: ID!, $reason: String!'] as const;
    const cancelled = await desk.mutate(
      ...cancel,
      { id: `PLAN-${billId}`, reason: 'he pays at once' },
      'status endReason',
    );
    expect(cancelled.data!['cancelInstalmentPlan']).toEqual({
      status: 'CANCELLED',
      endReason: 'he pays at once',
    });
    expect(await desk.refused(...cancel, { id: 'none', reason: 'x' }, 'id')).toBe(
      'INSTALMENT_PLAN_NOT_FOUND',
    );
  });
});

describe('a deposit', () => {
  const receive = (over: Record<string, unknown> = {}) =>
    desk.mutate(
      'receiveDeposit',
      '$input: ReceiveDepositInput!',
      {
        input: {
          ...{ id: `DEP-${billId}`, customerId: household.customerId, amount: '150000', currency: 'KRW' },
          ...{ receivedOn: '2024-01-01', method: 'bank-transfer', ...over },
        },
      },
      'id held customer { id }',
    );
  const id = () => `DEP-${billId}`;

  it('is held, pays bills where it is told to, and is given back', async () => {
    expect((await receive()).data!['receiveDeposit']).toMatchObject({ held: '150000' });
    expect((await receive()).data!['receiveDeposit']).toMatchObject({ held: '150000' });
    expect(codeOf(await receive({ amount: '1' }))).toBe('DEPOSIT_EXISTS');
    expect(await desk.balanceOf(household.customerId)).toMatchObject([
      { balance: '110000', deposits: '150000' },
    ]);

    const applied = await desk.mutate(
      'applyDeposit',
      '$id: ID!, $billId: ID',
      { id: id(), billId: null },
      'held',
    );
    expect(applied.data!['applyDeposit']).toEqual({ held: '40000' });
    expect(await desk.bill(billId)).toMatchObject({
      paymentStatus: 'PAID',
      settlements: [{ source: 'DEPOSIT', sourceId: id() }],
    });
    expect(await desk.refused('applyDeposit', '$id: ID!, $billId: ID', { id: id(), billId }, 'held')).toBe(
      'NOTHING_OPEN',
    );

    const refund = [
      'refundDeposit',
      '$id: ID!, $amount: Decimal, $method: String!, $reason: String!',
    ] as const;
    const back = { id: id(), amount: null, method: 'bank-transfer', reason: 'moved out' };
    expect(await desk.refused(...refund, { ...back, amount: '40001' }, 'held')).toBe('MORE_THAN_HELD');
    expect(await desk.refused(...refund, back, 'held', { roles: ['operator'] })).toBe('FORBIDDEN');
    expect((await desk.mutate(...refund, back, 'held')).data!['refundDeposit']).toEqual({ held: '0' });
    expect(await desk.balanceOf(household.customerId)).toMatchObject([{ balance: '0', deposits: '0' }]);
    expect(await desk.refused(...refund, { ...back, id: 'none' }, 'held')).toBe('DEPOSIT_NOT_FOUND');
  });
});

describe('the daily run', () => {
  it('of a day is made by one of many, once', async () => {
    const host = service.provided<ReceivablesHost>(ReceivablesHost);
    const now = Date.parse('2025-04-10T12:00+09:00');
    const day = `daily-${randomUUID()}`;
    await Promise.all([host.runOnce(day, now), host.runOnce(day, now)]);
    await host.runOnce(day, now);
    expect(await desk.rows('SELECT done FROM receivables_run WHERE id = $1', day)).toHaveLength(1);
    expect(await stepsOf()).toEqual([['reminder', '2025-04-10']]);
  });

  it('is asked for by supervisors', async () => {
    const FIELDS = 'billsLookedAt lateFeesCharged dunningStepsTaken';
    const run = (claims: typeof supervisor) =>
      service.ask(`mutation { assessReceivables { ${FIELDS} } }`, {}, claims);
    expect(codeOf(await run({ roles: ['operator'] }))).toBe('FORBIDDEN');
    const first = (await run(supervisor)).data!['assessReceivables'] as Record<string, number>;
    expect(first['billsLookedAt']).toBeGreaterThan(0);
    expect((await run(supervisor)).data!['assessReceivables']).toEqual({
      ...{ billsLookedAt: first['billsLookedAt'], lateFeesCharged: 0, dunningStepsTaken: 0 },
    });
  });
});
