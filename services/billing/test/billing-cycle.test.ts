import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Quality } from '@metermesh/metering';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { rateBill, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import {
  BillingService,
  codeOf,
  customer,
  cycleOf,
  isBilled,
  STARTING_MS,
  until,
  type Cycle,
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

let service: BillingService;
let tariff: Tariff;
beforeAll(async () => {
  service = await BillingService.start();
  tariff = (await readTariff(TARIFF)) as Tariff;
}, STARTING_MS);
afterAll(() => service?.stop());

/** Lines as `npm run rate` prints them: without what a line does not have, and without the unit. */
const asRated = (lines: Record<string, unknown>[]) =>
  lines.map((line) =>
    Object.fromEntries(Object.entries(line).filter(([key, value]) => value !== null && key !== 'unit')),
  );

/** The determinants that rest on readings themselves. */
const measured = ({ determinants }: NonNullable<Cycle['bill']>) =>
  determinants.filter(({ days }) => days.length > 0);

const rated = (start: string, end: string, kWh: string) =>
  rateBill(tariff, { start, end, usage: { kWh } }) as RatedBill;
const october = datesOf('2025-10-01', '2025-11-01');

describe('a billing cycle', () => {
  it('becomes a bill, of the very lines that rating gives, from facts in any order', async () => {
    const household = newHousehold();
    const facts = october.map((date) => loadProfileValidated(household, date, 471));
    const ids = facts.map(() => randomUUID());
    for (const [index, fact] of [...facts.entries()].toReversed())
      await service.publish('ingestion', household.usagePointId, fact, ids[index]);
    await service.publish('customer-care', household.agreementId, agreementStarted(household, '2025-01-01'));
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));

    const { bill, ...cycle } = await service.closeUntil(household, '2025-10-01', isBilled);

    expect(cycle).toMatchObject({ periodStart: '2025-10-01', periodEnd: '2025-11-01', holdReasons: [] });
    const kWh = '350.424';
    expect(bill!.determinants).toMatchObject([
      { code: 'active-energy-import', quantity: kWh, unit: 'kWh' },
      { code: 'billing-days', quantity: '31', unit: 'd', days: [] },
      { code: 'import', quantity: '350', unit: 'kWh', days: [] },
    ]);
    const { total, lines } = rated('2025-10-01', '2025-11-01', kWh);
    expect(bill!.total).toBe(total);
    expect(asRated(bill!.lines)).toEqual(lines);
    expect(bill!.determinants[0]!.days.map(({ readings }) => readings.map(({ id }) => id))).toEqual(
      facts.map(({ sourceEventIds }) => sourceEventIds),
    );
    expect(bill!.determinants[0]!.days).toMatchObject(
      ids.map((eventId) => ({ eventId, eventPosition: '1' })),
    );
  });

  it('is held while readings are missing, and billed when the late ones are there', async () => {
    const household = await service.settle();
    const [first, second, ...rest] = october as [string, string, ...string[]];
    await service.publishDays(household, rest, 100);
    await service.publish(
      'ingestion',
      household.usagePointId,
      loadProfileValidated(household, second, 100, { missing: 3 }),
    );

    const held = await service.closeUntil(
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

    await service.publishDays(household, [first], 100);
    await service.publish(
      'ingestion',
      household.usagePointId,
      loadProfileValidated(household, second, 100, { version: 2n }),
    );
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    expect(bill!.determinants[0]!.quantity).toBe('74.4');
  });

  it('bills the supply alone: no sub-meter of it, and no sensor', async () => {
    const household = await service.settle();
    for (const channel of ['active-energy-import:refrigerator', 'active-energy-export', 'temperature'])
      for (const date of october)
        await service.publish(
          'ingestion',
          household.usagePointId,
          loadProfileValidated(household, date, 7777, { channel, quality: Quality.Suspect }),
        );
    await service.publishDays(household, october, 100);
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    expect(measured(bill!).map(({ quantity }) => quantity)).toEqual(['74.4']);
  });

  it('is held for suspect readings', async () => {
    const household = await service.settle();
    await service.publishDays(household, october.slice(1), 100);
    const suspect = loadProfileValidated(household, october[0]!, 100, { quality: Quality.Suspect });
    await service.publish('ingestion', household.usagePointId, suspect);
    const { holdReasons } = await service.closeUntil(
      household,
      '2025-10-01',
      ({ holdReasons: [reason] }) => reason?.code === 'READINGS_SUSPECT',
    );
    expect(holdReasons).toHaveLength(1);
  });

  it('rests on the highest version of each day, however often and late the others come', async () => {
    const household = await service.settle();
    await service.publishDays(household, october.slice(2), 100);
    const versions = [3n, 1n, 2n, 3n, 1n].map((version) =>
      loadProfileValidated(household, october[0]!, Number(version) * 1000, { version }),
    );
    const ids = versions.map(() => randomUUID());
    for (const [index, fact] of versions.entries())
      await service.publish('ingestion', household.usagePointId, fact, ids[index]);
    await service.publish('ingestion', household.usagePointId, versions[1]!, ids[1]);
    // Facts of one usage point are handled in order: when this day is there, all those versions were.
    await service.publishDays(household, [october[1]!], 100);

    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    expect(bill!.determinants[0]!.days[0]).toMatchObject({ date: '2025-10-01', version: 3, quantity: '72' });
    expect(bill!.determinants[0]!.quantity).toBe('144');
  });

  it('is shorter where the agreement ends in it, and rated so, though its end was heard of first', async () => {
    const household = newHousehold();
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-10-11'));
    await service.publishDays(household, october.slice(0, 10), 1000);
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
    await service.publish('customer-care', household.agreementId, agreementStarted(household, '2025-09-01'));

    const cycle = await service.closeUntil(household, '2025-10-01', isBilled);
    expect(cycle.periodEnd).toBe('2025-10-11');
    expect(asRated(cycle.bill!.lines)).toEqual(rated('2025-10-01', '2025-10-11', '240').lines);
  });

  it('has one bill, closed twice at once and again', async () => {
    const household = await service.settle();
    await service.publishDays(household, october, 200);
    await until(
      () => service.ask(PREVIEW, { ...household, periodStart: '2025-10-01' }),
      ({ data }) => daysIn(data) === 31,
    );

    const answers = await Promise.all(
      Array.from({ length: 4 }, () => service.close(household, '2025-10-01')),
    );
    answers.push(await service.close(household, '2025-10-01'));

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
    const household = await service.settle();
    await service.publishDays(household, october, 200);
    await until(
      () => service.ask(PREVIEW, { ...household, periodStart: '2025-10-01' }),
      ({ data }) => daysIn(data) === 31,
    );

    const stalled = await service.stallProjections();
    const unanswered = service.close(household, '2025-10-01');
    await until(
      () => service.eventTypes(household),
      (types) => types.includes('BillIssued'),
    );
    const again = cycleOf(await service.close(household, '2025-10-01'));
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
    const household = await service.settle();
    await service.publishDays(household, october.slice(0, 5), 1000);
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
  const unlessUnknown = (household: Household, start: string) =>
    until(
      () => service.close(household, start),
      (answer) => codeOf(answer) !== 'AGREEMENT_NOT_FOUND',
    );

  it('is refused with a code that says why, where there is no such period', async () => {
    const settled = await service.settle();
    const code = async (start: string) => codeOf(await unlessUnknown(settled, start));
    expect(await code('2025-10-02')).toBe('PERIOD_START_INVALID');
    expect(await code('2024-10-01')).toBe('AGREEMENT_DOES_NOT_COVER_PERIOD');
    expect(await code(`${new Date().getFullYear() + 1}-10-01`)).toBe('BILLING_PERIOD_NOT_OVER');
    expect(codeOf(await service.close(newHousehold(), '2025-10-01'))).toBe('AGREEMENT_NOT_FOUND');
    expect(codeOf(await service.close(settled, '2025-10-01', customer(settled.customerId)))).toBe(
      'FORBIDDEN',
    );
    expect(codeOf(await service.close(settled, 'October'))).toBe('BAD_USER_INPUT');
  });

  it('is held with a code that says why, in the queue, and billed when that is gone', async () => {
    const unregistered = newHousehold();
    await service.publish(
      'customer-care',
      unregistered.agreementId,
      agreementStarted(unregistered, '2025-01-01'),
    );
    const untariffed = await service.settle('2025-01-01', 'kepco/of-old');
    const reasons = async (household: Household) =>
      cycleOf(await unlessUnknown(household, '2025-10-01')).holdReasons.map(({ code }) => code);
    expect(await reasons(unregistered)).toEqual(['USAGE_POINT_NOT_KNOWN_YET']);
    await until(
      () => reasons(untariffed),
      ([code]) => code === 'TARIFF_UNKNOWN',
    );

    const queued = async (status: string) => {
      const { data } = await service.ask(EXCEPTIONS, { status });
      const { nodes } = data!['billingExceptions'] as {
        nodes: { code: string; agreement: { id: string } }[];
      };
      return nodes
        .filter(({ agreement }) => agreement.id === unregistered.agreementId)
        .map(({ code }) => code);
    };
    expect(await queued('OPEN')).toEqual(['USAGE_POINT_NOT_KNOWN_YET']);

    await service.publish('device-registry', unregistered.usagePointId, usagePointRegistered(unregistered));
    await service.publishDays(unregistered, october, 100);
    await service.closeUntil(unregistered, '2025-10-01', isBilled);
    expect(await queued('OPEN')).toEqual([]);
    expect(await queued('RESOLVED')).toContain('USAGE_POINT_NOT_KNOWN_YET');
    expect(codeOf(await service.ask(EXCEPTIONS, {}, customer(unregistered.customerId)))).toBe('FORBIDDEN');
  });
});

const EXCEPTIONS = `query ($status: BillingExceptionStatus) {
  billingExceptions(status: $status) { nodes { code subject status message agreement { id } periodStart openedAt resolvedAt } }
}`;
