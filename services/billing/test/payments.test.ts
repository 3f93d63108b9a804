import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BillingService,
  codeOf,
  customer,
  isBilled,
  STARTING_MS,
  until,
} from './billing-service.test-kit.ts';
import { datesOf, newHousehold, type Household } from './household-facts.ts';
import { MoneyDesk, paymentInput, supervisor } from './money-service.test-kit.ts';

let service: BillingService;
let desk: MoneyDesk;
let household: Household;
let reference: string;
beforeAll(async () => {
  service = await BillingService.start();
  desk = new MoneyDesk(service);
}, STARTING_MS);
afterAll(() => service?.stop());
beforeEach(() => {
  household = newHousehold();
  reference = `KB-${randomUUID()}`;
});

/** Whatever a test has done, the books must balance. */
afterEach(async () => {
  const [{ unbalanced } = { unbalanced: '' }] = await desk.rows<{ unbalanced: string }>(
    'SELECT count(*) AS unbalanced FROM (SELECT entry_id FROM posting GROUP BY entry_id HAVING sum(amount) <> 0) AS entry',
  );
  expect(unbalanced).toBe('0');
  const differences = await desk.rows(
    `SELECT customer_id, currency FROM (
       SELECT customer_id, currency, sum(amount) AS booked, 0 AS open FROM posting
       WHERE account = 'accounts-receivable:' || customer_id GROUP BY customer_id, currency
       UNION ALL SELECT customer_id, currency, 0, sum(open) FROM receivable GROUP BY customer_id, currency
     ) AS both_sides GROUP BY customer_id, currency HAVING sum(booked) <> sum(open)`,
  );
  expect(differences).toEqual([]);
});

describe('a bill', () => {
  it('is paid by a payment that names it: its balance falls, and the ledger tells the story', async () => {
    const settled = await service.settle('2025-09-01');
    await service.publishDays(settled, datesOf('2025-10-01', '2025-11-01'), 300);
    const { bill } = await service.closeUntil(settled, '2025-10-01', isBilled);
    const { id, total } = bill!;
    expect(await desk.bill(id)).toMatchObject({ balance: total, paymentStatus: 'OPEN', lateFee: '0' });

    const half = String(Math.floor(Number(total) / 2));
    const rest = String(Number(total) - Number(half));
    const first = await desk.pay(reference, half, { billId: id });
    expect(first).toMatchObject({
      ...{ status: 'RECEIVED', unallocated: '0', customer: { id: settled.customerId } },
      settlements: [{ bill: { id }, amount: half }],
    });
    expect(await desk.bill(id)).toMatchObject({ balance: rest, paymentStatus: 'PARTLY_PAID' });
    await desk.pay(`${reference}-2`, rest, { accountReference: settled.agreementId });
    expect(await desk.bill(id, customer(settled.customerId))).toMatchObject({
      ...{ balance: '0', paymentStatus: 'PAID' },
      settlements: [{ amount: half }, { amount: rest }],
    });

    const { data } = await service.ask(
      `query ($id: ID!) { ledger(customerId: $id) { nodes { kind change balance bill { id } postings { account amount } } } }`,
      { id: settled.customerId },
      customer(settled.customerId),
    );
    const { nodes } = data!['ledger'] as { nodes: { kind: string; change: string; balance: string }[] };
    expect(nodes.map(({ kind, change, balance }) => [kind, change, balance])).toEqual([
      ['ReceivableSettled', '0', '0'],
      ['PaymentReceived', `-${rest}`, '0'],
      ['ReceivableSettled', '0', rest],
      ['PaymentReceived', `-${half}`, rest],
      ['BillIssued', total, total],
    ]);
    expect(nodes.at(-1)).toMatchObject({
      bill: { id },
      postings: expect.arrayContaining([
        { account: `accounts-receivable:${settled.customerId}`, amount: total },
        expect.objectContaining({ account: 'tax:vat' }),
        expect.objectContaining({ account: 'tax:fund' }),
      ]),
    });
  });

  it('is overdue after its last day to pay', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    expect(await desk.bill(id)).toMatchObject({ balance: '11000', paymentStatus: 'OVERDUE' });
    expect(await desk.balanceOf(household.customerId)).toEqual([
      {
        currency: 'KRW',
        balance: '11000',
        receivable: '11000',
        overdue: '11000',
        credit: '0',
        deposits: '0',
      },
    ]);
  });
});

describe('a payment', () => {
  it('that comes again is the same; with other particulars it is refused', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    await desk.pay(reference, '5000', { billId: id });
    expect(await desk.pay(reference, '5000', { billId: id })).toMatchObject({
      settlements: [{ amount: '5000' }],
    });
    expect(codeOf(await desk.recordPayment(reference, '6000', { billId: id }))).toBe(
      'PAYMENT_REFERENCE_REUSED',
    );
    expect(await desk.balances(id)).toEqual(['6000']);
  });

  it('that comes many times at once is counted once', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => desk.recordPayment(reference, '5000', { billId: id })),
    );
    expect(answers.map(codeOf).filter((code) => code !== undefined && code !== 'BUSY')).toEqual([]);
    expect(await desk.balances(id)).toEqual(['6000']);
  });

  it('of too much stays as credit, and pays the next bill by itself', async () => {
    const first = await desk.issueBill(household, 10_000, '2025-01-25');
    expect(await desk.pay(reference, '20000', { accountReference: household.customerId })).toMatchObject({
      unallocated: '9000',
    });
    expect(await desk.balanceOf(household.customerId)).toMatchObject([{ balance: '-9000', credit: '9000' }]);
    const second = await desk.issueBill(household, 20_000, '2025-02-25');
    await until(
      () => desk.balances(first, second),
      ([, balance]) => balance === '13000',
    );
    expect(await desk.bill(second)).toMatchObject({
      settlements: [{ source: 'PAYMENT', sourceId: reference, amount: '9000' }],
    });
  });

  it('of nobody waits in suspense and in the queue until somebody says whose it is', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    const unknown = await desk.pay(reference, '11000', { accountReference: 'no-such-account' });
    expect(unknown).toMatchObject({
      status: 'IN_SUSPENSE',
      customer: null,
      suspense: { code: 'PAYMENT_REFERENCE_UNKNOWN' },
    });
    const queued = (status: string) =>
      service
        .ask(
          `query ($status: BillingExceptionStatus) {
             billingExceptions(status: $status, code: "PAYMENT_REFERENCE_UNKNOWN") { nodes { subject } } }`,
          { status },
        )
        .then(({ data }) => (data!['billingExceptions'] as { nodes: { subject: string }[] }).nodes);
    expect(await queued('OPEN')).toContainEqual({ subject: `payment-${reference}` });
    expect(
      (await service.ask('{ payments(inSuspense: true) { nodes { reference } } }', {})).data,
    ).toMatchObject({
      payments: { nodes: expect.arrayContaining([{ reference }]) },
    });

    const input = { reference, billId: id, reason: 'the customer called' };
    const assigned = await desk.mutate(
      'assignPayment',
      '$input: AssignPaymentInput!',
      { input },
      'status suspense { code } settlements { bill { id } amount }',
    );
    expect(assigned.data!['assignPayment']).toEqual({
      ...{ status: 'RECEIVED', suspense: null, settlements: [{ bill: { id }, amount: '11000' }] },
    });
    expect(await queued('OPEN')).not.toContainEqual({ subject: `payment-${reference}` });
    expect(await queued('RESOLVED')).toContainEqual({ subject: `payment-${reference}` });
  });

  it('in another currency is queued and not lost', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    expect(await desk.pay(reference, '10', { billId: id, currency: 'EUR' })).toMatchObject({
      ...{ status: 'IN_SUSPENSE', suspense: { code: 'CURRENCY_MISMATCH' } },
    });
    const assign = (to: Record<string, string>) =>
      desk.refused(
        'assignPayment',
        '$input: AssignPaymentInput!',
        { input: { reference, reason: 'x', ...to } },
        'status',
      );
    expect(await assign({ billId: id })).toBe('CURRENCY_MISMATCH');
    expect(await assign({})).toBe('PAYEE_MISSING');
    expect(await assign({ billId: 'BILL-none' })).toBe('BILL_NOT_FOUND');
    expect(await assign({ customerId: 'CUST-none' })).toBe('CUSTOMER_NOT_FOUND');
    expect(await assign({ customerId: household.customerId })).toBeUndefined();
    expect(await desk.balanceOf(household.customerId)).toMatchObject([
      { currency: 'EUR', credit: '10' },
      { currency: 'KRW', receivable: '11000' },
    ]);
  });

  it('that named the bill of somebody else does not show it to whom it is assigned', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    await desk.pay(reference, '10', { billId: id, currency: 'EUR' });
    const neighbour = await service.settle('2024-01-01');
    const { customerId } = neighbour;
    const input = { reference, reason: 'paid for the wrong bill', customerId };
    await until(
      () => desk.refused('assignPayment', '$input: AssignPaymentInput!', { input }, 'status'),
      (code) => code === undefined,
    );
    const query = 'query ($id: ID!) { payments(customerId: $id) { nodes { reference bill { id total } } } }';
    const { data } = await service.ask(query, { id: customerId }, customer(customerId));
    expect(data!['payments']).toEqual({ nodes: [{ reference, bill: null }] });
  });

  it('that bounces opens again what it paid', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    await desk.pay(reference, '15000', { billId: id });
    const reverse = () =>
      desk.mutate(
        'reversePayment',
        '$reference: ID!, $reason: String!',
        { reference, reason: 'bounced' },
        'status unallocated reversalReason',
      );
    expect((await reverse()).data).toEqual({
      reversePayment: { status: 'REVERSED', unallocated: '0', reversalReason: 'bounced' },
    });
    expect((await reverse()).data).toMatchObject({ reversePayment: { status: 'REVERSED' } });
    expect(await desk.bill(id)).toMatchObject({ balance: '11000', settlements: [] });
    expect(await desk.balanceOf(household.customerId)).toMatchObject([{ balance: '11000', credit: '0' }]);
  });

  it('among many is recorded, whatever becomes of the others', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    const one = { ...paymentInput(reference, '3000'), billId: id };
    const payments = [
      one,
      { ...one, amount: '4000' },
      one,
      { ...one, reference: `${reference}-2`, amount: '0' },
      { ...one, reference: `${reference}-3` },
    ];
    const { data } = await desk.mutate(
      'recordPayments',
      '$payments: [RecordPaymentInput!]!',
      { payments },
      'reference payment { settlements { amount } } refusal { code }',
    );
    const settlements = [{ amount: '3000' }];
    expect(data!['recordPayments']).toEqual([
      { reference, payment: { settlements }, refusal: null },
      { reference, payment: null, refusal: { code: 'PAYMENT_REFERENCE_REUSED' } },
      { reference, payment: { settlements }, refusal: null },
      { reference: `${reference}-2`, payment: null, refusal: { code: 'AMOUNT_INVALID' } },
      { reference: `${reference}-3`, payment: { settlements }, refusal: null },
    ]);
    expect(await desk.balances(id)).toEqual(['5000']);
  });
});

describe('a cancelled bill', () => {
  it('is taken back in the journal, and what paid it pays the one that replaces it', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    await desk.pay(reference, '11000', { billId: id });
    await desk.cancelBill(household, id, `${id}-R2`);
    await desk.issueBill(household, 8_000, '2025-02-25', { replaces: id });
    await until(
      () => desk.balances(id, `${id}-R2`),
      ([, balance]) => balance === '0',
    );
    expect(await desk.bill(id)).toMatchObject({ paymentStatus: 'CANCELLED', settlements: [] });
    expect(await desk.balanceOf(household.customerId)).toMatchObject([{ balance: '-2200', credit: '2200' }]);
    const kinds = await desk.rows<{ kind: string }>(
      `SELECT kind FROM journal_entry WHERE bill_id = $1 AND kind LIKE 'Bill%' ORDER BY position`,
      id,
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['BillIssued', 'BillCancelled']);
  });
});

describe('the journal', () => {
  it('cannot be changed, nor take what does not add up', async () => {
    await desk.issueBill(household, 10_000, '2025-01-25');
    for (const change of [
      'UPDATE journal_entry SET description = $1',
      'DELETE FROM journal_entry WHERE description <> $1',
    ])
      await expect(desk.rows(change, 'x')).rejects.toThrow('append-only');
    await expect(
      desk.rows(
        `INSERT INTO journal_entry SELECT gen_random_uuid(), position, kind, booked_at, booked_by, currency, customer_id, bill_id,
           source_id, description, balance_change, accounts, amounts || 1 FROM journal_entry WHERE cardinality(amounts) > $1 LIMIT 1`,
        1,
      ),
    ).rejects.toThrow('balanced');
  });
});

describe('an account', () => {
  it('is shown to staff and to its customer, and to nobody else', async () => {
    const id = await desk.issueBill(household, 10_000, '2025-01-25');
    await desk.pay(reference, '5000', { billId: id });
    const { customerId } = household;
    const QUERY = `query ($of: [_Any!]!, $customerId: ID!, $reference: ID!) {
      _entities(representations: $of) { ... on Customer { balances { balance } payments { nodes { reference } } ledger { nodes { kind } } } }
      accountBalances(customerId: $customerId) { balance }
      payment(reference: $reference) { reference }
    }`;
    const of = [{ __typename: 'Customer', id: customerId }];
    const asked = (claims: Parameters<typeof service.ask>[2]) =>
      service.ask(QUERY, { of, customerId, reference }, claims);
    for (const claims of [supervisor, customer(customerId)])
      expect((await asked(claims)).data).toMatchObject({
        _entities: [{ balances: [{ balance: '6000' }], payments: { nodes: [{ reference }] } }],
        accountBalances: [{ balance: '6000' }],
        payment: { reference },
      });
    for (const claims of [customer('CUST-other'), { roles: ['partner' as const] }]) {
      const { data, errors } = await asked(claims);
      expect(new Set(errors!.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
      expect(data?.['payment'] ?? null).toBeNull();
    }
    expect(
      (await service.ask('{ payments { nodes { reference } } }', {}, customer('CUST-other'))).data,
    ).toEqual({
      payments: { nodes: [] },
    });
  });

  it('is changed by those alone who may', async () => {
    const me = customer(household.customerId);
    expect(codeOf(await desk.recordPayment(reference, '1', {}, me))).toBe('FORBIDDEN');
    const operator = { roles: ['operator' as const] };
    const refused = (mutation: string, claims: typeof operator | typeof supervisor) =>
      desk.refused(mutation, '$billId: ID!, $reason: String!', { billId: 'B', reason: 'x' }, 'id', claims);
    for (const mutation of ['waiveLateFee', 'writeOffBill']) {
      expect(await refused(mutation, operator)).toBe('FORBIDDEN');
      expect(await refused(mutation, supervisor)).toBe('BILL_NOT_FOUND');
    }
  });
});
