import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RateUsage } from '@metermesh/contracts';
import { ask } from '@metermesh/messaging';
import { Quality } from '@metermesh/metering';
import type { Claims } from '@metermesh/service-kit';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { rateBill, type RatedBill } from '../src/domain/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff.ts';
import {
  agreementEnded,
  agreementStarted,
  BillingService,
  customer,
  datesOf,
  loadProfileValidated,
  newHousehold,
  operator,
  TARIFF,
  usagePointRegistered,
  type GraphQLAnswer,
  type Household,
} from './billing-service.test-kit.ts';

const CLOSE = `mutation ($agreementId: ID!, $periodStart: Date!) {
  closeBillingCycle(agreementId: $agreementId, periodStart: $periodStart) {
    status periodStart periodEnd holdReasons { code message } agreement { id }
    bill {
      id total currency tariffId issuedBy issuedAt customer { id } usagePoint { id }
      lines { code charge description quantity unit rate amount unrounded from to days ofDays }
      determinants { code quantity unit days { date quantity version missingIntervals estimatedIntervals suspectIntervals readings { id } } }
    }
  }
}`;

interface Cycle {
  status: string;
  periodStart: string;
  periodEnd: string;
  holdReasons: { code: string; message: string }[];
  bill: null | {
    id: string;
    total: string;
    lines: Record<string, unknown>[];
    determinants: {
      quantity: string;
      days: { date: string; version: number; readings: { id: string }[] }[];
    }[];
    issuedAt: string;
  };
}

let service: BillingService;
let tariff: Tariff;
beforeAll(async () => {
  service = await BillingService.start();
  tariff = (await readTariff(TARIFF)) as Tariff;
});
afterAll(() => service.stop());

async function close(
  { agreementId }: Household,
  periodStart: string,
  claims?: Partial<Claims>,
): Promise<GraphQLAnswer> {
  return service.ask(CLOSE, { agreementId, periodStart }, claims);
}
const cycleOf = (answer: GraphQLAnswer) => answer.data!['closeBillingCycle'] as Cycle;
const codeOf = ({ errors }: GraphQLAnswer) => errors?.[0]?.extensions.code;

/** Facts take a moment: asks until the answer is as wanted, or for ten seconds. */
async function until<Answer>(
  attempt: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  let answer: Answer | undefined;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    answer = await attempt();
    if (isWanted(answer)) return answer;
  }
  throw new Error(`Never as wanted: ${JSON.stringify(answer)}`);
}

async function closeUntil(
  household: Household,
  periodStart: string,
  isWanted: (cycle: Cycle) => boolean,
): Promise<Cycle> {
  return cycleOf(
    await until(
      () => close(household, periodStart),
      ({ data }) => !!data && isWanted(cycleOf({ data })),
    ),
  );
}
const isBilled = ({ status }: Cycle) => status === 'BILLED';

/** A household at a registered usage point; its readings are the test's own affair. */
async function settledHousehold(startsOn = '2025-01-01', tariffId = TARIFF): Promise<Household> {
  const household = newHousehold();
  await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
  await service.publish(
    'customer-care',
    household.agreementId,
    agreementStarted(household, startsOn, tariffId),
  );
  return household;
}

async function publishDays(household: Household, dates: readonly string[], hourly: number): Promise<void> {
  for (const date of dates)
    await service.publish('ingestion', household.usagePointId, loadProfileValidated(household, date, hourly));
}

/** Lines as `npm run rate` prints them: without what a line does not have, and without the unit. */
const asRated = (lines: Record<string, unknown>[]) =>
  lines.map((line) =>
    Object.fromEntries(Object.entries(line).filter(([key, value]) => value !== null && key !== 'unit')),
  );

const rated = (start: string, end: string, kWh: string) =>
  rateBill(tariff, { start, end, usage: { kWh } }) as RatedBill;
const october = datesOf('2025-10-01', '2025-11-01');

describe('a billing cycle', () => {
  it('becomes a bill, of the very lines that rating gives, from facts in any order', async () => {
    const household = newHousehold();
    const facts = october.map((date) => loadProfileValidated(household, date, 471));
    for (const fact of facts.toReversed()) await service.publish('ingestion', household.usagePointId, fact);
    await service.publish('customer-care', household.agreementId, agreementStarted(household, '2025-01-01'));
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));

    const { bill, ...cycle } = await closeUntil(household, '2025-10-01', isBilled);

    expect(cycle).toMatchObject({ periodStart: '2025-10-01', periodEnd: '2025-11-01', holdReasons: [] });
    const kWh = '350.424';
    expect(bill!.determinants).toMatchObject([{ code: 'active-energy-import', quantity: kWh, unit: 'kWh' }]);
    const { total, lines } = rated('2025-10-01', '2025-11-01', kWh);
    expect(bill!.total).toBe(total);
    expect(JSON.stringify(asRated(bill!.lines))).toBe(JSON.stringify(lines));
    expect(bill!.determinants[0]!.days.map(({ readings }) => readings.map(({ id }) => id))).toEqual(
      facts.map(({ sourceEventIds }) => sourceEventIds),
    );
  });

  it('is held while readings are missing, and billed when the late ones are there', async () => {
    const household = await settledHousehold();
    const [first, second, ...rest] = october as [string, string, ...string[]];
    await publishDays(household, rest, 100);
    await service.publish(
      'ingestion',
      household.usagePointId,
      loadProfileValidated(household, second, 100, { missing: 3 }),
    );

    const held = await closeUntil(
      household,
      '2025-10-01',
      ({ holdReasons }) => holdReasons.length === 2 && holdReasons[0]!.message.startsWith('1 of'),
    );
    expect(held).toMatchObject({
      status: 'HELD',
      bill: null,
      holdReasons: [
        { code: 'READINGS_MISSING', message: '1 of 31 days have no readings: 2025-10-01.' },
        { code: 'READINGS_MISSING', message: 'Intervals are missing on 2025-10-02 (3 of 24).' },
      ],
    });
    const listed = await service.ask(
      '{ billingCycles(status: HELD) { nodes { agreement { id } holdReasons { code } bill { id } } } }',
      {},
    );
    expect(listed.data!['billingCycles']).toMatchObject({
      nodes: [{ agreement: { id: household.agreementId }, holdReasons: [{}, {}], bill: null }],
    });

    await publishDays(household, [first], 100);
    await service.publish(
      'ingestion',
      household.usagePointId,
      loadProfileValidated(household, second, 100, { version: 2n }),
    );
    const { bill } = await closeUntil(household, '2025-10-01', isBilled);
    expect(bill!.determinants[0]!.quantity).toBe('74.4');
  });

  it('is held for suspect readings', async () => {
    const household = await settledHousehold();
    await publishDays(household, october.slice(1), 100);
    const suspect = loadProfileValidated(household, october[0]!, 100, { quality: Quality.Suspect });
    await service.publish('ingestion', household.usagePointId, suspect);
    const { holdReasons } = await closeUntil(
      household,
      '2025-10-01',
      ({ holdReasons: [reason] }) => reason?.code === 'READINGS_SUSPECT',
    );
    expect(holdReasons).toHaveLength(1);
  });

  it('rests on the highest version of each day, however often and late the others come', async () => {
    const household = await settledHousehold();
    await publishDays(household, october.slice(2), 100);
    const versions = [3n, 1n, 2n, 3n, 1n].map((version) =>
      loadProfileValidated(household, october[0]!, Number(version) * 1000, { version }),
    );
    const ids = versions.map(() => randomUUID());
    for (const [index, fact] of versions.entries())
      await service.publish('ingestion', household.usagePointId, fact, ids[index]);
    await service.publish('ingestion', household.usagePointId, versions[1]!, ids[1]);
    // Facts of one usage point are handled in order: when this day is there, all those versions were.
    await publishDays(household, [october[1]!], 100);

    const { bill } = await closeUntil(household, '2025-10-01', isBilled);
    expect(bill!.determinants[0]!.days[0]).toMatchObject({ date: '2025-10-01', version: 3, quantity: '72' });
    expect(bill!.determinants[0]!.quantity).toBe('144');
  });

  it('is shorter where the agreement ends in it, and rated so, though its end was heard of first', async () => {
    const household = newHousehold();
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-10-11'));
    await publishDays(household, october.slice(0, 10), 1000);
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
    await service.publish('customer-care', household.agreementId, agreementStarted(household, '2025-09-01'));

    const cycle = await closeUntil(household, '2025-10-01', isBilled);
    expect(cycle.periodEnd).toBe('2025-10-11');
    expect(asRated(cycle.bill!.lines)).toEqual(rated('2025-10-01', '2025-10-11', '240').lines);
  });

  it('has one bill, closed twice at once and again', async () => {
    const household = await settledHousehold();
    await publishDays(household, october, 200);
    await until(
      () => service.ask(PREVIEW, { ...household, periodStart: '2025-10-01' }),
      ({ data }) => daysIn(data) === 31,
    );

    const answers = await Promise.all(Array.from({ length: 4 }, () => close(household, '2025-10-01')));
    answers.push(await close(household, '2025-10-01'));

    const bills = answers.map((answer) => cycleOf(answer).bill);
    expect(bills[0]!.id).toBe(`BILL-${household.agreementId}-2025-10-01`);
    for (const bill of bills) expect(bill).toEqual(bills[0]);
    expect(await service.eventTypes(household)).toEqual([
      'BillingCycleOpened',
      'BillingDeterminantsFixed',
      'BillIssued',
    ]);
  });

  it('has the same bill where the one that closed it never answers', async () => {
    const household = await settledHousehold();
    await publishDays(household, october, 200);
    await until(
      () => service.ask(PREVIEW, { ...household, periodStart: '2025-10-01' }),
      ({ data }) => daysIn(data) === 31,
    );

    const stalled = await service.stallProjections();
    const unanswered = close(household, '2025-10-01');
    await until(
      () => service.eventTypes(household),
      (types) => types.includes('BillIssued'),
    );
    const again = cycleOf(await close(household, '2025-10-01'));
    await stalled.release();

    expect(again.bill).toMatchObject({ total: rated('2025-10-01', '2025-11-01', '148.8').total });
    expect(cycleOf(await unanswered).bill).toEqual(again.bill);
    expect(await service.eventTypes(household)).toHaveLength(3);
    expect(await service.metrics()).toMatch(
      /metermesh_bills_issued_total{tariff="kepco\/residential-low-voltage".*} \d/,
    );
  });
});

const PREVIEW = `query ($agreementId: ID!, $periodStart: Date!) {
  previewBill(agreementId: $agreementId, periodStart: $periodStart) { total periodEnd determinants { quantity days { date } } }
}`;
const daysIn = (data: GraphQLAnswer['data']) =>
  (data?.['previewBill'] as { determinants: { days: unknown[] }[] } | undefined)?.determinants[0]!.days
    .length;

describe('a preview', () => {
  it('rates the days that are there, without issuing anything', async () => {
    const household = await settledHousehold();
    await publishDays(household, october.slice(0, 5), 1000);
    const preview = await until(
      () => service.ask(PREVIEW, { ...household, periodStart: '2025-10-01' }, customer(household.customerId)),
      ({ data }) => daysIn(data) === 5,
    );
    expect(preview.data!['previewBill']).toMatchObject({
      total: rated('2025-10-01', '2025-11-01', '120').total,
    });
    expect(await service.eventTypes(household)).toEqual([]);
  });
});

describe('what cannot be billed', () => {
  it('is refused with a code that says why', async () => {
    const settled = await settledHousehold();
    const unregistered = newHousehold();
    await service.publish(
      'customer-care',
      unregistered.agreementId,
      agreementStarted(unregistered, '2025-01-01'),
    );
    const untariffed = await settledHousehold('2025-01-01', 'kepco/of-old');
    const code = (household: Household, start: string) =>
      until(
        async () => codeOf(await close(household, start)),
        (found) => found !== 'AGREEMENT_NOT_FOUND',
      );

    expect(await code(unregistered, '2025-10-01')).toBe('USAGE_POINT_NOT_KNOWN_YET');
    expect((await close(unregistered, '2025-10-01')).errors![0]!.extensions.retryable).toBe(true);
    expect(await code(untariffed, '2025-10-01')).toBe('TARIFF_UNKNOWN');
    expect(await code(settled, '2025-10-02')).toBe('PERIOD_START_INVALID');
    expect(await code(settled, '2024-10-01')).toBe('AGREEMENT_DOES_NOT_COVER_PERIOD');
    expect(await code(settled, `${new Date().getFullYear() + 1}-10-01`)).toBe('BILLING_PERIOD_NOT_OVER');
    expect(codeOf(await close(newHousehold(), '2025-10-01'))).toBe('AGREEMENT_NOT_FOUND');
    expect(codeOf(await close(settled, '2025-10-01', customer(settled.customerId)))).toBe('FORBIDDEN');
    expect(codeOf(await close(settled, 'October'))).toBe('BAD_USER_INPUT');
  });
});

describe('a bill', () => {
  const BILL = 'query ($id: ID!) { bill(id: $id) { id } }';
  const BILLS =
    'query ($first: Int, $after: String) { bills(first: $first, after: $after) { nodes { id periodStart } pageInfo { hasNextPage endCursor } } }';
  const ENTITIES =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on UsagePoint { bills { id } } ... on Bill { id total } } }';
  let household: Household;
  let ids: string[];

  beforeAll(async () => {
    household = await settledHousehold('2025-09-01');
    await publishDays(household, [...datesOf('2025-09-01', '2025-10-01'), ...october], 300);
    const cycles = [
      await closeUntil(household, '2025-10-01', isBilled),
      await closeUntil(household, '2025-09-01', isBilled),
    ];
    ids = cycles.map(({ bill }) => bill!.id);
  });

  it('is shown to staff and to its customer, and to nobody else', async () => {
    const [id] = ids;
    for (const claims of [operator, customer(household.customerId)])
      expect((await service.ask(BILL, { id }, claims)).data).toEqual({ bill: { id } });
    for (const claims of [customer('CUST-other'), { roles: ['partner'] } as Partial<Claims>])
      expect(codeOf(await service.ask(BILL, { id }, claims))).toBe('FORBIDDEN');
    expect((await service.ask(BILL, { id: 'BILL-unheard-of' })).data).toEqual({ bill: null });
  });

  it('is listed to its customer, latest first, page by page', async () => {
    const me = customer(household.customerId);
    type Listed = {
      bills: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
    const first = (await service.ask(BILLS, { first: 1 }, me)).data as unknown as Listed;
    const second = (await service.ask(BILLS, { first: 1, after: first.bills.pageInfo.endCursor }, me))
      .data as unknown as Listed;
    expect([...first.bills.nodes, ...second.bills.nodes].map(({ id }) => id)).toEqual(ids);
    expect([first, second].map(({ bills }) => bills.pageInfo.hasNextPage)).toEqual([true, false]);
    expect((await service.ask(BILLS, {}, customer('CUST-other'))).data).toMatchObject({
      bills: { nodes: [] },
    });
    expect(codeOf(await service.ask(BILLS, { after: 'rubbish' }))).toBe('CURSOR_INVALID');
  });

  it('is found from its usage point and as an entity of the graph', async () => {
    const of = [
      { __typename: 'UsagePoint', id: household.usagePointId },
      { __typename: 'Bill', id: ids[1] },
    ];
    const me = customer(household.customerId);
    const mine = await service.ask(ENTITIES, { of }, me);
    expect(mine.data).toMatchObject({ _entities: [{ bills: ids.map((id) => ({ id })) }, { id: ids[1] }] });
    const theirs = await service.ask(ENTITIES, { of }, customer('CUST-other'));
    expect(theirs.errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

describe('a question of another service', () => {
  const period = { start: '2025-10-01', end: '2025-11-01' };

  it('is answered by the engine that bills', async () => {
    const answer = await ask(service.nats, RateUsage, { tariffId: TARIFF, period, kwh: '427' });
    const { total, currency, lines } = rated(period.start, period.end, '427');
    expect(answer).toMatchObject({
      total,
      currency,
      lines: lines.map((line) => expect.objectContaining(line)),
    });
  });

  it.each([
    ['TARIFF_UNKNOWN', { tariffId: 'kepco/of-old', period, kwh: '1' }],
    ['PERIOD_INVALID', { tariffId: TARIFF, kwh: '1' }],
    ['USAGE_UNIT_MISMATCH', { tariffId: TARIFF, period, m3: '1' }],
  ])('is refused with %s', async (code, request) => {
    expect(await ask(service.nats, RateUsage, request)).toMatchObject({ code });
  });
});

it('lists its tariffs', async () => {
  const { data } = await service.ask(
    '{ tariffs { id name currency serviceKind unit } }',
    {},
    customer('anyone'),
  );
  expect(data!['tariffs']).toContainEqual({
    id: TARIFF,
    name: 'Residential, low voltage',
    currency: 'KRW',
    serviceKind: 'ELECTRICITY',
    unit: 'kWh',
  });
});
