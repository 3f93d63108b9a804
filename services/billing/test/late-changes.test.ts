import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { BillingBases } from '../src/adapters/billing-bases.ts';
import { BillingCycleStreams } from '../src/adapters/billing-cycle-streams.ts';
import { BILLING_POLICY } from '../src/billing-policy.ts';
import type { BillingBasis } from '../src/domain/billing-cycle/billing-basis.ts';
import type { BillingPolicy } from '../src/domain/billing-cycle/billing-policy.ts';
import { BillingService, isBilled, STARTING_MS, until } from './billing-service.test-kit.ts';
import { datesOf, loadProfileValidated, type Household } from './household-facts.ts';
import { Rebills } from './rebill.test-kit.ts';

let service: BillingService;
let rebills: Rebills;
beforeAll(async () => {
  service = await BillingService.start();
  rebills = new Rebills(service);
}, STARTING_MS);
afterAll(() => service?.stop());

const october = datesOf('2025-10-01', '2025-11-01');
const correct = (household: Household, date: string, hourly: number, version: bigint, over = {}) =>
  service.publish(
    'ingestion',
    household.usagePointId,
    loadProfileValidated(household, date, hourly, { version, ...over }),
  );

describe('a correction of a period that is being billed', () => {
  it('is proposed though it came after what was billed had been read, and was looked at before there was a bill', async () => {
    const household = await service.settle();
    await service.publishDays(household, october, 500);
    const bases = service.provided<BillingBases>(BillingBases);
    const basis = (await until(
      () => bases.of(household.agreementId, '2025-10-01'),
      (read) => !isRefusal(read) && read.days.get('active-energy-import')?.length === 31 && !!read.usagePoint,
    )) as BillingBasis;
    await correct(household, '2025-10-10', 1500, 2n);
    await until(
      () => service.waitingChecks(household),
      (count) => count === 1,
    );

    const close = { type: 'close', basis, now: Date.now(), closedBy: 'kim' } as const;
    const policy = service.provided<BillingPolicy>(BILLING_POLICY);
    const cycle = { agreementId: household.agreementId, periodStart: '2025-10-01' };
    const streams = service.provided<BillingCycleStreams>(BillingCycleStreams);
    await streams.decide(cycle, { ...close, policy }, { actor: 'kim' });
    const { changedDays } = await rebills.openOf(household);
    expect(changedDays).toMatchObject([{ date: '2025-10-10', previousVersion: 1, version: 2 }]);
  });

  it('is looked for where days of a channel beside come first after the bill', async () => {
    const household = await service.settle();
    await service.publishDays(household, october, 500);
    await service.closeUntil(household, '2025-10-01', isBilled);
    await service.checkingLater(async () => {
      await correct(household, '2025-10-01', 500, 1n);
      await correct(household, '2025-10-01', 500, 1n, { channel: 'active-energy-export' });
      await until(
        () => service.rebillChecks(household),
        (count) => count === 1,
      );
    });
  });
});
