import { create } from '@bufbuild/protobuf';
import { AgreementStartedSchema, AgreementTermsChangedSchema } from '@metermesh/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rate, type RatedBill } from '../src/domain/rating/rate-bill.ts';
import { periodOf, type Period } from '../src/domain/rating/period.ts';
import { ratingInput } from '../src/domain/rating/rating-request.ts';
import type { RatingInput } from '../src/domain/rating/rating-input.ts';
import { readTariff } from '../src/adapters/tariff-library.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';
import { BillingService, isBilled, STARTING_MS, until } from './billing-service.test-kit.ts';
import { datesOf, newHousehold, TARIFF, usagePointRegistered, type Household } from './household-facts.ts';
import { Rebills } from './rebill.test-kit.ts';

const HIGH_VOLTAGE = 'kepco/residential-high-voltage';

let service: BillingService;
beforeAll(async () => {
  service = await BillingService.start();
}, STARTING_MS);
afterAll(() => service?.stop());

const started = (household: Household, over: { billingMonths?: number } = {}) =>
  create(AgreementStartedSchema, {
    ...household,
    tariffId: TARIFF,
    startsOn: '2025-09-01',
    billingDay: 1,
    ...over,
  });
const changed = (household: Household, from: string, change: number, tariffId: string) =>
  create(AgreementTermsChangedSchema, { ...household, from, change, terms: { tariffId } });

/** A part of October as the engine rates it by itself. */
async function part(tariffId: string, start: string, end: string, kWh: string): Promise<RatedBill> {
  const tariff = (await readTariff(tariffId)) as Tariff;
  const input = ratingInput({ start, end, usage: { kWh } }, tariff) as RatingInput;
  return rate(tariff, { ...input, partOf: periodOf('2025-10-01', '2025-11-01') as Period }) as RatedBill;
}

describe('a period whose tariff changes in it', () => {
  it('has one bill of both parts, though the facts come in any order and again', async () => {
    const household = newHousehold();
    const tell = (event: Parameters<typeof service.publish>[2]) =>
      service.publish('customer-care', household.agreementId, event);
    await tell(changed(household, '2025-10-11', 3, HIGH_VOLTAGE));
    await tell(changed(household, '2025-10-21', 1, HIGH_VOLTAGE));
    await tell(changed(household, '2025-10-11', 2, 'kepco/of-old'));
    await tell(started(household));
    await tell(changed(household, '2025-10-11', 3, HIGH_VOLTAGE));
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
    await service.publishDays(household, datesOf('2025-10-01', '2025-11-01'), 500);

    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    const [first, second] = [
      await part(TARIFF, '2025-10-01', '2025-10-11', '120'),
      await part(HIGH_VOLTAGE, '2025-10-11', '2025-11-01', '252'),
    ];
    expect(bill!.total).toBe(String(Number(first.total) + Number(second.total)));
    expect(bill!.lines.map(({ amount }) => amount)).toEqual(
      [...first.lines, ...second.lines].map(({ amount }) => amount),
    );
    expect(bill!.lines.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(Number(bill!.total));
    const preview = await service.ask(
      `query ($agreementId: ID!) { previewBill(agreementId: $agreementId, periodStart: "2025-10-01") {
        total segments { tariffId } determinants { code quantity from to } } }`,
      { ...household },
    );
    expect(preview.data!['previewBill']).toEqual({
      total: bill!.total,
      segments: [{ tariffId: TARIFF }, { tariffId: HIGH_VOLTAGE }],
      determinants: expect.arrayContaining([
        { code: 'active-energy-import', quantity: '372', from: null, to: null },
        { code: 'import', quantity: '252', from: '2025-10-11', to: '2025-11-01' },
      ]),
    });
    const shown = await new Rebills(service).bill(bill!.id);
    expect(shown!.segments.map(({ start, end, tariffId }) => [start, end, tariffId])).toEqual([
      ['2025-10-01', '2025-10-11', TARIFF],
      ['2025-10-11', '2025-11-01', HIGH_VOLTAGE],
    ]);
  });

  it('is billed anew where that was said only afterwards', async () => {
    const household = await service.settle('2025-09-01');
    await service.publishDays(household, datesOf('2025-10-01', '2025-11-01'), 500);
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    await service.publish(
      'customer-care',
      household.agreementId,
      changed(household, '2025-10-11', 1, HIGH_VOLTAGE),
    );
    const proposal = await new Rebills(service).openOf(household);
    expect(proposal).toMatchObject({ previousTotal: bill!.total, changedDays: [] });
    const parts = [
      await part(TARIFF, '2025-10-01', '2025-10-11', '120'),
      await part(HIGH_VOLTAGE, '2025-10-11', '2025-11-01', '252'),
    ];
    expect(proposal.total).toBe(String(parts.reduce((sum, { total }) => sum + Number(total), 0)));
  });
});

describe('an agreement that is billed every other month', () => {
  it('has one bill of two months', async () => {
    const household = newHousehold();
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
    await service.publish('customer-care', household.agreementId, started(household, { billingMonths: 2 }));
    await service.publishDays(household, datesOf('2025-09-01', '2025-11-01'), 300);
    const cycle = await service.closeUntil(household, '2025-09-01', isBilled);
    expect([cycle.periodStart, cycle.periodEnd]).toEqual(['2025-09-01', '2025-11-01']);
    expect(cycle.bill!.lines.find(({ charge }) => charge === 'base')).toMatchObject({ days: null });
  });
});

describe('usage that no agreement covers', () => {
  it('is in the queue until one does', async () => {
    const household = newHousehold();
    const lately = datesOf(daysAgo(5), daysAgo(2));
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));
    await service.publishDays(household, lately, 250);
    const queued = async (status: string) => {
      const { data } = await service.ask(
        `query ($status: BillingExceptionStatus) {
          billingExceptions(code: "UNBILLED_USAGE", status: $status) { nodes { usagePoint { id } message } } }`,
        { status },
      );
      const { nodes } = data!['billingExceptions'] as {
        nodes: { usagePoint: { id: string }; message: string }[];
      };
      return nodes.filter(({ usagePoint }) => usagePoint.id === household.usagePointId);
    };
    const look = async () => {
      await service.ask('mutation { findUnbilledUsage }', {});
      return (await queued('OPEN')).map(({ message }) => message).join(' ');
    };
    await until(look, (messages) => messages.includes(lately.at(-1)!));

    await service.publish(
      'customer-care',
      household.agreementId,
      create(AgreementStartedSchema, {
        ...household,
        tariffId: TARIFF,
        startsOn: lately[0]!,
        billingDay: 1,
      }),
    );
    await until(look, (messages) => messages === '');
    expect(await queued('RESOLVED')).not.toEqual([]);
  });
});

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
