import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RateUsage } from '@metermesh/contracts';
import { ask } from '@metermesh/messaging';
import type { Claims } from '@metermesh/service-kit';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { rateBill, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import {
  BillingService,
  codeOf,
  customer,
  isBilled,
  operator,
  STARTING_MS,
  until,
} from './billing-service.test-kit.ts';
import {
  agreementStarted,
  datesOf,
  newHousehold,
  TARIFF,
  usagePointRegistered,
  type Household,
} from './household-facts.ts';

let service: BillingService;
beforeAll(async () => {
  service = await BillingService.start();
}, STARTING_MS);
afterAll(() => service?.stop());

describe('a bill', () => {
  const BILL = 'query ($id: ID!) { bill(id: $id) { id } }';
  const BILLS =
    'query ($first: Int, $after: String) { bills(first: $first, after: $after) { nodes { id periodStart } pageInfo { hasNextPage endCursor } } }';
  const ENTITIES =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on UsagePoint { bills { id } } ... on Bill { id total } } }';
  let household: Household;
  let ids: string[];

  beforeAll(async () => {
    household = await service.settle('2025-09-01');
    await service.publishDays(
      household,
      [...datesOf('2025-09-01', '2025-10-01'), ...datesOf('2025-10-01', '2025-11-01')],
      300,
    );
    const cycles = [
      await service.closeUntil(household, '2025-10-01', isBilled),
      await service.closeUntil(household, '2025-09-01', isBilled),
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

/** By the hours of the day, and by the contract power. */
async function settleOnTimeOfUse(): Promise<Household> {
  const household = newHousehold();
  const started = agreementStarted(household, '2025-10-01', 'kepco/residential-jeju-time-of-use');
  await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
  await service.publish('customer-care', household.agreementId, {
    ...started,
    contractKw: '3',
  } as typeof started);
  return household;
}

describe('a question of another service', () => {
  const period = { start: '2025-10-01', end: '2025-11-01' };

  it('is answered by the engine that bills', async () => {
    const answer = await ask(service.nats, RateUsage, { tariffId: TARIFF, period, kwh: '427' });
    const tariff = (await readTariff(TARIFF)) as Tariff;
    const { total, currency, lines } = rateBill(tariff, { ...period, usage: { kWh: '427' } }) as RatedBill;
    expect(answer).toMatchObject({
      total,
      currency,
      lines: lines.map((line) => expect.objectContaining(line)),
    });
  });

  it('of an agreement is answered as its preview is, and by what its period is expected to come to', async () => {
    const household = await settleOnTimeOfUse();
    await service.publishDays(household, datesOf('2025-10-01', '2025-10-08'), 500);
    const { agreementId } = household;
    const preview = await until(
      () =>
        service.ask(
          `query ($agreementId: ID!) { previewBill(agreementId: $agreementId, periodStart: "2025-10-01") {
            total currency lines { quantity } determinants { quantity } } }`,
          { agreementId },
        ),
      ({ data }) => JSON.stringify(data).includes('"84"'),
    );
    const { total, currency } = preview.data!['previewBill'] as { total: string; currency: string };
    const rate = (expected: string) =>
      ask(service.nats, RateUsage, { agreementId, period: { start: '2025-10-01' }, expected });
    expect(await rate('')).toMatchObject({ total, currency });
    await service.publishDays(household, datesOf('2025-10-08', '2025-11-01'), 500);
    const whole = await service.closeUntil(household, '2025-10-01', isBilled);
    expect(await rate('372')).toMatchObject({ total: whole.bill!.total });
  });

  it('of an agreement expects the days that are not there yet to go as those before', async () => {
    const household = await settleOnTimeOfUse();
    const other = await settleOnTimeOfUse();
    await service.publishDays(household, datesOf('2025-10-01', '2025-10-08'), 500);
    await service.publishDays(other, datesOf('2025-10-01', '2025-11-01'), 500);
    const { bill } = await service.closeUntil(other, '2025-10-01', isBilled);
    const { agreementId } = household;
    const rate = (expected: string) =>
      ask(service.nats, RateUsage, { agreementId, period: { start: '2025-10-01' }, expected });
    expect(
      await until(
        () => rate('372'),
        (answer) => 'total' in answer,
      ),
    ).toMatchObject({ total: bill!.total });
    expect(await rate('much')).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(
      await ask(service.nats, RateUsage, { agreementId, period: { start: '2025-10-02' } }),
    ).toMatchObject({ code: 'PERIOD_START_INVALID' });
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
