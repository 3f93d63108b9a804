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
} from './billing-service.test-kit.ts';
import { datesOf, TARIFF, type Household } from './household-facts.ts';

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
