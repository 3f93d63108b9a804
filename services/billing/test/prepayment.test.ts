import type pg from 'pg';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgreementTermsChangedSchema, PaymentMode } from '@metermesh/contracts';
import type { EventStore } from '@metermesh/event-store';
import { DATABASE, EVENT_STORE } from '@metermesh/service-kit';
import { prepaymentStream } from '../src/adapters/prepayment-stream.ts';
import { exact, sum } from '../src/domain/rating/exact.ts';
import {
  BillingService,
  codeOf,
  customer,
  isBilled,
  operator,
  STARTING_MS,
  until,
  type GraphQLAnswer,
} from './billing-service.test-kit.ts';
import {
  agreementEnded,
  agreementStarted,
  datesOf,
  loadProfileValidated,
  newHousehold,
  TARIFF,
  usagePointRegistered,
  type Household,
} from './household-facts.ts';
import { supervisor } from './money-service.test-kit.ts';

const ENTRIES = 'entries(first: 100) { nodes { kind amount balance toDateTotal date reference } }';
const PREPAYMENT = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Agreement { prepayment {
  periodStart periodEnd currency balance drawn drawnUntil daysLeft lowBalance usesEmergencyCredit exhausted disconnectableFrom
  disconnectionRequested waitingFor { code message } ${ENTRIES}
} } } }`;
const TOP_UP = `mutation ($input: TopUpInput!) { topUp(input: $input) { balance currency periodStart ${ENTRIES} } }`;

interface Entry {
  kind: string;
  amount: string;
  balance: string;
  toDateTotal: string | null;
  date: string | null;
  reference: string | null;
}
interface Shown {
  periodStart: string;
  balance: string;
  drawn: string;
  drawnUntil: string | null;
  daysLeft: number | null;
  lowBalance: boolean;
  usesEmergencyCredit: boolean;
  exhausted: boolean;
  disconnectionRequested: boolean;
  disconnectableFrom: string | null;
  waitingFor: { code: string; message: string } | null;
  entries: { nodes: Entry[] };
}

let service: BillingService;
let folder: string;
const october = datesOf('2025-10-01', '2025-11-01');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepayment-'));
  service = await BillingService.start();
}, STARTING_MS);
afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true });
});

/** A registered usage point with an agreement that is prepaid from its start. */
async function prepaidHousehold(startsOn = '2025-10-01', tariffId = TARIFF): Promise<Household> {
  const household = newHousehold();
  await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
  const started = agreementStarted(household, startsOn, tariffId);
  await service.publish('customer-care', household.agreementId, {
    ...started,
    paymentMode: PaymentMode.PREPAID,
  } as typeof started);
  return household;
}

const topUp = ({ agreementId }: Household, reference: string, amount: string, claims = operator) =>
  service.ask(TOP_UP, { input: { reference, agreementId, amount, currency: 'KRW' } }, claims);

/** The agreement's fact may still be on its way. */
const toppedUp = (household: Household, amount: string) =>
  until(
    () => topUp(household, `T-${household.agreementId}`, amount),
    ({ data }) => data !== null,
  );

const askFor = ({ agreementId }: Household, claims?: typeof operator) =>
  service.ask(PREPAYMENT, { of: [{ __typename: 'Agreement', id: agreementId }] }, claims);
const prepaymentIn = ({ data }: GraphQLAnswer) =>
  (data!['_entities'] as { prepayment: Shown | null }[])[0]!.prepayment;

async function shownUntil(household: Household, isWanted: (shown: Shown) => boolean): Promise<Shown> {
  const answer = await until(
    () => askFor(household),
    (found) => found.data !== null && prepaymentIn(found) !== null && isWanted(prepaymentIn(found)!),
  );
  return prepaymentIn(answer)!;
}

const total = (amounts: readonly string[]) => sum(amounts.map(exact)).toString();
const publish = (household: Household, date: string, hourly: number, version = 1n) =>
  service.publish(
    'ingestion',
    household.usagePointId,
    loadProfileValidated(household, date, hourly, { version }),
  );

describe('a top-up', () => {
  it('is credited once, however often it is reported', async () => {
    const household = await prepaidHousehold();
    await toppedUp(household, '50000');
    const again = await topUp(household, `T-${household.agreementId}`, '50000.00');
    expect(again.data!['topUp']).toMatchObject({
      balance: '50000',
      currency: 'KRW',
      periodStart: '2025-10-01',
      entries: { nodes: [{ kind: 'TOP_UP', amount: '50000', reference: `T-${household.agreementId}` }] },
    });
    expect(codeOf(await topUp(household, `T-${household.agreementId}`, '60000'))).toBe(
      'PAYMENT_REFERENCE_REUSED',
    );
    const together = await Promise.all(
      [1, 2, 3].map(() => topUp(household, `U-${household.agreementId}`, '1000')),
    );
    expect(together.map(codeOf)).toEqual([undefined, undefined, undefined]);
    expect((await shownUntil(household, () => true)).balance).toBe('51000');
  });

  it('is not the same money as a payment, whichever of both is reported first', async () => {
    const household = await prepaidHousehold();
    const { agreementId, customerId } = household;
    const pay = (reference: string) =>
      service.ask('mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { reference } }', {
        input: {
          ...{ reference, amount: '5000', currency: 'KRW', receivedOn: '2025-10-01', method: 'card' },
          accountReference: customerId,
        },
      });
    await toppedUp(household, '5000');
    expect(codeOf(await pay(`T-${agreementId}`))).toBe('PAYMENT_REFERENCE_REUSED');
    expect(codeOf(await pay(`P-${agreementId}`))).toBeUndefined();
    expect(codeOf(await topUp(household, `P-${agreementId}`, '5000'))).toBe('PAYMENT_REFERENCE_REUSED');
    const together = await Promise.all([
      pay(`B-${agreementId}`),
      topUp(household, `B-${agreementId}`, '5000'),
    ]);
    expect(together.map(codeOf).filter((code) => code === undefined)).toHaveLength(1);
  });

  it('is recorded by staff, for prepaid agreements only, and seen by its customer', async () => {
    const household = await prepaidHousehold();
    await toppedUp(household, '50000');
    const me = customer(household.customerId);
    expect(codeOf(await topUp(household, 'X-1', '1', me))).toBe('FORBIDDEN');
    expect(prepaymentIn(await askFor(household, me))).toMatchObject({ balance: '50000' });
    expect(codeOf(await askFor(household, customer('CUST-other')))).toBe('FORBIDDEN');
    const postpaid = await service.settle('2025-10-01');
    const refused = await until(
      () => topUp(postpaid, 'X-2', '1000'),
      (answer) => codeOf(answer) !== 'AGREEMENT_NOT_FOUND',
    );
    expect(codeOf(refused)).toBe('AGREEMENT_NOT_PREPAID');
    expect(prepaymentIn(await askFor(postpaid))).toBeNull();
    const refund = (claims: typeof operator) =>
      service.ask(
        'mutation ($id: ID!) { refundPrepayment(agreementId: $id, method: "card", reason: "x") { balance } }',
        { id: household.agreementId },
        claims,
      );
    expect(codeOf(await refund(me))).toBe('FORBIDDEN');
    expect(codeOf(await refund(operator))).toBe('FORBIDDEN');
    expect(codeOf(await refund(supervisor as typeof operator))).toBe('PREPAYMENT_NOT_ENDED');
    expect(codeOf(await topUp(household, 'X-3', '0'))).toBe('AMOUNT_INVALID');
    const other = { reference: 'X-4', agreementId: household.agreementId, amount: '1', currency: 'EUR' };
    expect(codeOf(await service.ask(TOP_UP, { input: other }))).toBe('CURRENCY_MISMATCH');
  });
});

describe('prepaid usage', () => {
  it('is drawn day by day in order, waits for a gap and says so', async () => {
    const household = await prepaidHousehold();
    await toppedUp(household, '100000');
    for (const date of ['2025-10-04', '2025-10-01', '2025-10-02']) await publish(household, date, 400);
    const waiting = await shownUntil(household, ({ drawnUntil }) => drawnUntil === '2025-10-02');
    expect(waiting.waitingFor).toMatchObject({
      code: 'READINGS_MISSING',
      message: expect.stringContaining('2025-10-03'),
    });

    await publish(household, '2025-10-03', 400);
    const drawn = await shownUntil(household, ({ entries }) => entries.nodes.length === 5);
    const draws = drawn.entries.nodes.filter(({ kind }) => kind === 'DAILY_USAGE');
    expect(draws.map(({ date }) => date)).toEqual(['2025-10-04', '2025-10-03', '2025-10-02', '2025-10-01']);
    expect(total([...draws.map(({ amount }) => amount), drawn.drawn])).toBe('0');
    expect(total([drawn.balance, drawn.drawn])).toBe('100000');
  });

  it('comes to the bill of the period to the won, with a day corrected on the way, and goes on with the next', async () => {
    const household = await prepaidHousehold();
    await toppedUp(household, '300000');
    for (const date of october.slice(0, 20)) await publish(household, date, 500);
    await shownUntil(household, ({ drawnUntil }) => drawnUntil === '2025-10-20');
    await publish(household, '2025-10-05', 1500, 2n);
    const corrected = await shownUntil(household, ({ entries }) => entries.nodes[0]!.kind === 'CORRECTION');
    expect(Number(corrected.entries.nodes[0]!.amount)).toBeLessThan(0);
    for (const date of [...october.slice(20), '2025-11-01']) await publish(household, date, 500);

    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    const next = await shownUntil(household, ({ entries }) => entries.nodes.length === 34);
    expect(next).toMatchObject({ periodStart: '2025-11-01', drawnUntil: '2025-11-01' });
    const ofOctober = next.entries.nodes.filter(
      ({ kind, date }) => kind !== 'TOP_UP' && date !== '2025-11-01',
    );
    expect(ofOctober).toHaveLength(32);
    expect(total([...ofOctober.map(({ amount }) => amount), bill!.total])).toBe('0');
    expect(total([next.balance, next.drawn, bill!.total])).toBe('300000');
  });

  it('leaves what is given back when the agreement has ended and is billed', async () => {
    const household = await prepaidHousehold();
    const { agreementId } = household;
    await toppedUp(household, '300000');
    await service.publish('customer-care', agreementId, agreementEnded(household, '2025-10-03'));
    for (const date of october.slice(0, 2)) await publish(household, date, 500);
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    const left = String(300_000 - Number(bill!.total));
    const refund = () =>
      service.ask(
        `mutation ($id: ID!) { refundPrepayment(agreementId: $id, method: "bank-transfer", reason: "moved out") {
          balance entries(first: 1) { nodes { kind amount } } } }`,
        { id: agreementId },
        supervisor,
      );
    const refunded = await until(refund, (answer) => codeOf(answer) !== 'PREPAYMENT_NOT_ENDED');
    expect(refunded.data).toEqual({
      refundPrepayment: { balance: '0', entries: { nodes: [{ kind: 'REFUND', amount: `-${left}` }] } },
    });
    expect(codeOf(await refund())).toBe('MORE_THAN_HELD');
    const { rows } = await service.provided<pg.Pool>(DATABASE).query<{ amount: string }>(
      `SELECT trim_scale(amount)::text AS amount FROM posting JOIN journal_entry ON id = entry_id
       WHERE kind = 'PrepaymentRefunded' AND source_id = $1 ORDER BY number`,
      [agreementId],
    );
    expect(rows.map(({ amount }) => amount)).toEqual([left, `-${left}`]);
  });

  it('pays its bill', async () => {
    const household = await prepaidHousehold();
    await toppedUp(household, '300000');
    for (const date of october) await publish(household, date, 500);
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    const paid = await until(
      () =>
        service.ask('query ($id: ID!) { bill(id: $id) { balance settlements { source amount } } }', {
          id: bill!.id,
        }),
      ({ data }) => (data?.['bill'] as { balance: string } | undefined)?.balance === '0',
    );
    expect(paid.data).toMatchObject({
      bill: { settlements: [{ source: 'PREPAYMENT', amount: bill!.total }] },
    });
  });

  it('is settled anew where its bill is replaced, in the period that has the balance by then', async () => {
    const household = await prepaidHousehold();
    await toppedUp(household, '300000');
    for (const date of october) await publish(household, date, 500);
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    await shownUntil(household, ({ periodStart }) => periodStart === '2025-11-01');

    await publish(household, '2025-10-05', 1500, 2n);
    const proposals = `query { rebillProposals(first: 50, status: OPEN) { nodes { id agreement { id } difference } } }`;
    type Proposal = { id: string; agreement: { id: string }; difference: string };
    const proposed = await until(
      async () =>
        ((await service.ask(proposals, {})).data?.['rebillProposals'] as { nodes: Proposal[] }).nodes.find(
          ({ agreement }) => agreement.id === household.agreementId,
        ),
      (proposal) => proposal !== undefined,
    );
    const issue = `mutation ($id: ID!) { issueRebill(proposalId: $id, reason: "Meter read again") { status } }`;
    expect((await service.ask(issue, { id: proposed!.id })).errors).toBeUndefined();

    const settled = await shownUntil(household, ({ entries }) => entries.nodes[0]!.kind === 'SETTLEMENT');
    expect(settled.entries.nodes[0]).toMatchObject({
      amount: `-${proposed!.difference}`,
      reference: `${bill!.id}-R2`,
    });
    expect(total([settled.balance, bill!.total, proposed!.difference])).toBe('300000');
  });

  it('begins with the period after the terms say so', async () => {
    const household = await service.settle('2025-10-01');
    await service.publish(
      'customer-care',
      household.agreementId,
      create(AgreementTermsChangedSchema, {
        ...household,
        from: '2025-10-15',
        terms: { tariffId: TARIFF, paymentMode: PaymentMode.PREPAID },
        change: 1,
      }),
    );
    await toppedUp(household, '50000');
    for (const date of [...october, '2025-11-01']) await publish(household, date, 500);
    const shown = await shownUntil(household, ({ entries }) => entries.nodes.length === 2);
    expect(shown).toMatchObject({
      periodStart: '2025-11-01',
      drawnUntil: '2025-11-01',
      waitingFor: { code: 'READINGS_MISSING', message: expect.stringContaining('2025-11-02') },
    });
  });
});

describe('credit that runs out', () => {
  const eventsOf = async ({ agreementId }: Household) => {
    const types: string[] = [];
    for await (const { type } of service
      .provided<EventStore>(EVENT_STORE)
      .read(prepaymentStream(agreementId, '2025-10-01')))
      types.push(type.split('.').at(-1)!);
    return types;
  };

  /** Disconnections may be asked for on those days of the week alone, at any hour. */
  async function disconnectingOn(...weekdays: number[]): Promise<void> {
    const file = join(folder, `${weekdays.join('-')}.json`);
    const disconnection = { weekdays, from: '00:00', to: '23:59' };
    const policy = {
      lowBalance: { amount: { KRW: '10000' }, daysLeft: 3 },
      recentDays: 7,
      emergencyCredit: { KRW: '5000' },
      disconnection,
    };
    await writeFile(file, JSON.stringify(policy));
    await service.restart({ PREPAYMENT_POLICY: file });
  }

  it('is told as low, then as emergency credit, then as exhausted; then people are asked to disconnect', async () => {
    await disconnectingOn(1, 2, 3, 4, 5, 6, 7);
    const household = await prepaidHousehold();
    await toppedUp(household, '30000');
    await publish(household, '2025-10-01', 500);
    expect(await shownUntil(household, ({ drawnUntil }) => drawnUntil !== null)).toMatchObject({
      lowBalance: false,
    });
    for (const date of october.slice(1, 20)) await publish(household, date, 500);
    const shown = await shownUntil(
      household,
      ({ disconnectionRequested, drawnUntil }) => disconnectionRequested && drawnUntil === '2025-10-20',
    );
    expect(shown).toMatchObject({ lowBalance: true, exhausted: true });
    const types = await eventsOf(household);
    for (const type of [
      'LowBalanceReached',
      'EmergencyCreditUsed',
      'BalanceExhausted',
      'DisconnectionRequested',
    ])
      expect(types.filter((each) => each === type)).toEqual([type]);

    const { customerId } = household;
    const protection = async (mutation: string) => {
      const query = `mutation ($customerId: ID!) { ${mutation} { __typename } }`;
      expect((await service.ask(query, { customerId }, supervisor)).errors).toBeUndefined();
    };
    await protection('protectFromDisconnection(customerId: $customerId, reason: "ventilator")');
    await shownUntil(household, ({ disconnectionRequested }) => !disconnectionRequested);
    expect((await eventsOf(household)).at(-1)).toBe('DisconnectionRequestWithdrawn');

    await topUp(household, `U-${household.agreementId}`, '100000');
    expect(await shownUntil(household, ({ exhausted }) => !exhausted)).toMatchObject({
      lowBalance: false,
      usesEmergencyCredit: false,
      disconnectionRequested: false,
    });
    expect((await eventsOf(household)).slice(-2)).toEqual(['TopUpCredited', 'BalanceRestored']);
  });

  it('leaves people connected in protected hours', async () => {
    const inThreeDays = ((new Date().getUTCDay() + 2) % 7) + 1;
    await disconnectingOn(inThreeDays);
    const household = await prepaidHousehold();
    await toppedUp(household, '1000');
    for (const date of october.slice(0, 20)) await publish(household, date, 500);
    const shown = await shownUntil(
      household,
      ({ exhausted, drawnUntil }) => exhausted && drawnUntil === '2025-10-20',
    );
    expect(Date.parse(shown.disconnectableFrom!)).toBeGreaterThan(Date.now());
    expect(shown.disconnectionRequested).toBe(false);
    expect(await eventsOf(household)).not.toContain('DisconnectionRequested');
  });
});
