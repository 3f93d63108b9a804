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
  operator,
  STARTING_MS,
  until,
  type Cycle,
} from './billing-service.test-kit.ts';
import { agreementEnded, datesOf, loadProfileValidated, TARIFF, type Household } from './household-facts.ts';
import { Rebills } from './rebill.test-kit.ts';

let service: BillingService;
let rebills: Rebills;
let tariff: Tariff;
beforeAll(async () => {
  service = await BillingService.start();
  rebills = new Rebills(service);
  tariff = (await readTariff(TARIFF)) as Tariff;
}, STARTING_MS);
afterAll(() => service?.stop());

const october = datesOf('2025-10-01', '2025-11-01');
const rated = (kWh: string, end = '2025-11-01') =>
  rateBill(tariff, { start: '2025-10-01', end, usage: { kWh } }) as RatedBill;

/** October at 10 kWh a day, billed. */
async function billed(hourly = 500): Promise<{ household: Household; bill: NonNullable<Cycle['bill']> }> {
  const household = await service.settle();
  await service.publishDays(household, october, hourly);
  const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
  return { household, bill: bill! };
}

const correct = (household: Household, date: string, hourly: number, version: bigint, over = {}) =>
  service.publish(
    'ingestion',
    household.usagePointId,
    loadProfileValidated(household, date, hourly, { version, ...over }),
  );

/** What was recorded about a cycle, but for how it was held while facts were still coming in. */
const recorded = async (household: Household) =>
  (await service.eventTypes(household)).filter((type) => type !== 'BillingCycleHeld');

describe('a corrected reading of a billed period', () => {
  it('ends in one proposed rebill with the right difference, which replaces the bill and leaves both readable', async () => {
    const { household, bill } = await billed();
    const before = new Date();
    await correct(household, '2025-10-10', 1500, 2n);

    const proposal = await rebills.openOf(household);
    const [was, willBe] = [rated('372'), rated('396')];
    expect(proposal).toMatchObject({
      status: 'OPEN',
      bill: { id: bill.id },
      previousTotal: was.total,
      total: willBe.total,
      difference: String(Number(willBe.total) - Number(was.total)),
      changedDays: [
        {
          code: 'active-energy-import',
          date: '2025-10-10',
          unit: 'kWh',
          previousVersion: 1,
          version: 2,
          previousQuantity: '12',
          quantity: '36',
        },
      ],
    });
    expect(proposal.lineDifferences.reduce((sum, line) => sum + Number(line.difference), 0)).toBe(
      Number(proposal.difference),
    );

    const cycle = await rebills.issue(proposal.id);
    const replacement = `BILL-${household.agreementId}-2025-10-01-R2`;
    expect(cycle).toMatchObject({
      status: 'BILLED',
      rebillProposal: null,
      bill: { id: replacement, total: willBe.total, revision: 2, replaces: { id: bill.id } },
    });
    expect(await rebills.bill(bill.id, customer(household.customerId))).toMatchObject({
      status: 'CANCELLED',
      total: was.total,
      replacedBy: { id: replacement },
      cancellation: { reason: 'The meter was read again.', cancelledBy: 'kim' },
      lines: bill.lines.map(({ code, amount }) => ({ code, amount })),
    });
    expect((await rebills.bill(bill.id, operator, before))!.status).toBe('ISSUED');
    expect(await rebills.bill(replacement, operator, before)).toBeNull();
    expect(await rebills.billAsOf(household, before)).toBe(bill.id);
    expect(await rebills.billAsOf(household, new Date())).toBe(replacement);
    expect(await rebills.billAsOf(household, new Date(0))).toBeNull();
    expect(await recorded(household)).toEqual([
      'BillingCycleOpened',
      'BillingDeterminantsFixed',
      'BillIssued',
      'RebillProposed',
      'BillCancelled',
      'BillingDeterminantsFixed',
      'BillIssued',
    ]);
    expect(codeOf(await rebills.tryToIssue(proposal.id))).toBe('REBILL_NOT_OPEN');
  });

  it('ends in one proposal where many come in a burst', async () => {
    const { household } = await billed();
    for (const [index, date] of october.slice(0, 6).entries())
      await correct(household, date, 500 + 100 * index, 2n);
    const proposal = await rebills.openOf(household);
    expect(proposal.total).toBe(rated('408').total);
    expect(proposal.changedDays).toHaveLength(6);
    expect((await service.eventTypes(household)).filter((type) => type === 'RebillProposed')).toHaveLength(1);
  });

  it('takes the place of what was proposed before, and of nothing once the old value is back', async () => {
    const { household } = await billed();
    await correct(household, '2025-10-01', 600, 2n);
    const first = await rebills.openOf(household);
    await correct(household, '2025-10-02', 600, 2n);
    const second = await rebills.openOf(household, ({ id }) => id !== first.id);
    expect(second.changedDays.map(({ date }) => date)).toEqual(['2025-10-01', '2025-10-02']);
    expect((await rebills.proposal(first.id)).status).toBe('REPLACED');

    await correct(household, '2025-10-01', 500, 3n);
    await correct(household, '2025-10-02', 500, 3n);
    await until(
      () => rebills.proposal(second.id),
      ({ status }) => status === 'LAPSED',
    );
    expect(codeOf(await rebills.tryToIssue(second.id))).toBe('REBILL_NOT_OPEN');
  });

  it('is not issued on data that have changed since it was proposed', async () => {
    const { household } = await billed();
    await correct(household, '2025-10-01', 600, 2n);
    const { id } = await rebills.openOf(household);
    await service.checkingLater(async () => {
      await correct(household, '2025-10-02', 600, 2n);
      await until(
        () => service.rebillChecks(household),
        (count) => count === 1,
      );
      expect(codeOf(await rebills.tryToIssue(id))).toBe('REBILL_OUTDATED');
    });
    const next = await rebills.openOf(household, (proposal) => proposal.id !== id);
    expect((await rebills.issue(next.id)).bill!.revision).toBe(2);
  });

  it('may be dismissed, and is not proposed again', async () => {
    const { household } = await billed();
    await correct(household, '2025-10-01', 600, 2n);
    const { id } = await rebills.openOf(household);
    expect(await rebills.dismiss(id)).toMatchObject({
      status: 'DISMISSED',
      reason: 'Waived.',
      decidedBy: 'kim',
    });
    expect((await rebills.check(household)).rebillProposal).toBeNull();
    expect(await recorded(household)).toHaveLength(5);
  });

  it('holds the rebill where what comes cannot be billed, in the queue, and lapses what was proposed', async () => {
    const { household, bill } = await billed();
    await correct(household, '2025-10-01', 600, 2n);
    const { id } = await rebills.openOf(household);
    await correct(household, '2025-10-02', 500, 2n, { missing: 5 });
    await until(
      () => rebills.proposal(id),
      ({ status }) => status === 'LAPSED',
    );
    const cycle = await rebills.check(household);
    expect(cycle).toMatchObject({
      status: 'BILLED',
      bill: { id: bill.id },
      holdReasons: [{ code: 'READINGS_MISSING' }],
    });
    expect(await rebills.queued(household, 'OPEN')).toEqual(['READINGS_MISSING']);
    await correct(household, '2025-10-02', 500, 3n);
    await rebills.openOf(household);
    expect(await rebills.queued(household, 'OPEN')).toEqual([]);
  });

  it('is proposed though the service was down when it was due', async () => {
    const { household } = await billed();
    await service.checkingLater(async () => {
      await correct(household, '2025-10-31', 600, 2n);
      await until(
        () => service.rebillChecks(household),
        (count) => count === 1,
      );
    });
    expect((await rebills.openOf(household)).total).toBe(rated('374.4').total);
  });

  it('is for staff to decide on, until it is', async () => {
    const { household, bill } = await billed();
    await correct(household, '2025-10-01', 600, 2n);
    const { id } = await rebills.openOf(household);
    const me = customer(household.customerId);
    const query = `{ rebillProposals { nodes { id } } }`;
    for (const claims of [me, { roles: ['partner' as const] }])
      expect(codeOf(await service.ask(query, {}, claims))).toBe('FORBIDDEN');
    expect(codeOf(await rebills.tryToIssue(id, me))).toBe('FORBIDDEN');
    const { data } = await service.ask(
      '{ billingCycles { nodes { bill { id } bills { id } rebillProposal { id } } } }',
      {},
      me,
    );
    expect(data!['billingCycles']).toEqual({
      nodes: [{ bill: { id: bill.id }, bills: [{ id: bill.id }], rebillProposal: null }],
    });
  });

  it('does nothing to a period that is held, which is billed on the correction', async () => {
    const household = await service.settle();
    await service.publishDays(household, october.slice(1), 500);
    await service.closeUntil(household, '2025-10-01', ({ holdReasons }) =>
      /1 of 31/.test(holdReasons[0]?.message ?? ''),
    );
    await correct(household, '2025-10-02', 600, 2n);
    await until(
      () => service.waitingChecks(household),
      (count) => count === 1,
    );
    await correct(household, '2025-10-01', 500, 1n);
    const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
    expect(bill!.total).toBe(rated('374.4').total);
    expect(await service.rebillChecks(household)).toBe(0);
    expect(await service.eventTypes(household)).not.toContain('RebillProposed');
  });
});

describe('an agreement that turns out to have ended', () => {
  it('within a billed period makes a shorter bill right', async () => {
    const { household } = await billed();
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-10-11'));
    const proposal = await rebills.openOf(household);
    expect(proposal).toMatchObject({ periodEnd: '2025-10-11', total: rated('120', '2025-10-11').total });
    expect((await rebills.issue(proposal.id)).bill).toMatchObject({ periodEnd: '2025-10-11', revision: 2 });
  });

  it('before a billed period leaves nothing to bill: the bill is cancelled and none takes its place', async () => {
    const { household, bill } = await billed();
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-09-11'));
    const proposal = await rebills.openOf(household);
    expect(proposal).toMatchObject({ total: '0', difference: `-${bill.total}`, lines: [] });
    expect(await rebills.issue(proposal.id)).toMatchObject({ status: 'CANCELLED', bill: null });
    expect(await rebills.bill(bill.id)).toMatchObject({ status: 'CANCELLED', replacedBy: null });
  });

  it('before a held period drops that', async () => {
    const household = await service.settle();
    const held = await service.closeUntil(household, '2025-10-01', ({ status }) => status === 'HELD');
    expect(held.holdReasons[0]!.code).toBe('READINGS_MISSING');
    await service.publish('customer-care', household.agreementId, agreementEnded(household, '2025-09-11'));
    await until(
      () => rebills.check(household),
      ({ status }) => status === 'CANCELLED',
    );
    expect(await rebills.queued(household, 'OPEN')).toEqual([]);
  });
});

describe('suspect readings', () => {
  it('are billed once a supervisor has taken responsibility for them as they are', async () => {
    const household = await service.settle();
    await service.publishDays(household, october.slice(1), 500);
    await correct(household, '2025-10-01', 500, 1n, { quality: Quality.Suspect });
    await service.closeUntil(
      household,
      '2025-10-01',
      ({ holdReasons }) => holdReasons[0]?.code === 'READINGS_SUSPECT',
    );

    expect(codeOf(await rebills.release(household, operator))).toBe('FORBIDDEN');
    const supervisor = { roles: ['supervisor' as const] };
    expect((await rebills.release(household, supervisor)).data!['releaseHold']).toEqual({
      status: 'OPEN',
      holdReasons: [],
    });
    await correct(household, '2025-10-02', 500, 2n, { quality: Quality.Suspect });
    await service.closeUntil(household, '2025-10-01', ({ holdReasons }) =>
      /48 of/.test(holdReasons[0]?.message ?? ''),
    );
    await rebills.release(household, supervisor);
    expect(cycleOf(await service.close(household, '2025-10-01')).bill!.total).toBe(rated('372').total);
    expect(codeOf(await rebills.release(household, supervisor))).toBe('BILLING_CYCLE_NOT_HELD');
  });

  it('of a billed period are proposed to be billed once they are released', async () => {
    const { household } = await billed();
    await correct(household, '2025-10-02', 600, 2n, { quality: Quality.Suspect });
    await until(
      () => rebills.check(household),
      ({ holdReasons }) => holdReasons[0]?.code === 'READINGS_SUSPECT',
    );
    await rebills.release(household, { roles: ['supervisor'] });
    expect((await rebills.openOf(household)).total).toBe(rated('374.4').total);
  });

  it('are not released where some are missing', async () => {
    const household = await service.settle();
    await service.closeUntil(household, '2025-10-01', ({ status }) => status === 'HELD');
    expect(codeOf(await rebills.release(household, { roles: ['supervisor'] }))).toBe('HOLD_NOT_RELEASABLE');
  });
});

describe('a dispute', () => {
  it('is raised by the customer and answered by staff, both for everybody to read', async () => {
    const { household, bill } = await billed();
    const me = { ...customer(household.customerId), subject: 'me' };
    expect(codeOf(await rebills.dispute(bill.id, customer('CUST-other')))).toBe('FORBIDDEN');
    expect((await rebills.dispute(bill.id, me)).data).toMatchObject({
      disputeBill: {
        isDisputed: true,
        disputes: [{ reason: 'I was away.', disputedBy: 'me', outcome: null }],
      },
    });
    expect(codeOf(await rebills.dispute(bill.id, operator))).toBe('BILL_ALREADY_DISPUTED');
    expect(codeOf(await rebills.resolve(bill.id, me))).toBe('FORBIDDEN');
    await rebills.resolve(bill.id, operator);
    expect(await rebills.bill(bill.id, me)).toMatchObject({
      isDisputed: false,
      disputes: [{ outcome: 'REJECTED', note: 'The fridge was not.', resolvedBy: 'kim' }],
    });
    expect(codeOf(await rebills.resolve(bill.id, operator))).toBe('BILL_NOT_DISPUTED');
  });
});
