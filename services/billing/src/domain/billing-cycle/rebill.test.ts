import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillingCycleDroppedSchema,
  RebillDismissedSchema,
  RebillLapsedSchema,
  type BillCancelled,
  type BillIssued,
  type RebillProposed,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { fold, isRefusal, specify } from '@metermesh/decider';
import fc from 'fast-check';
import { day, daysOf, marchBasis } from '../../../test/billing-scenario.ts';
import { decimalString, exact, sum } from '../rating/exact.ts';
import type { BillingBasis } from './billing-basis.ts';
import { billingCycleDecider, type BillingCycleCommand } from './billing-cycle.decider.ts';
import { statusOf, type BillingCycleEvent } from './billing-cycle.ts';
import type { BillingPolicy } from './billing-policy.ts';

const { given } = specify(billingCycleDecider);
const APRIL = Date.parse('2024-04-01T00:00+02:00');
const LATER = APRIL + 1000;
const policy: BillingPolicy = {
  suspectShare: 0.01,
  estimatedShare: 0.1,
  dueDays: 14,
  holdNegativeTotals: true,
};
const march = { start: '2024-03-01', end: '2024-04-01' };

/** March with some days read anew. */
function corrected(wh: Readonly<Record<string, number>>, version = 2n): BillingBasis {
  const days = daysOf(marchBasis()).map((each) =>
    wh[each.date] === undefined ? each : day(each.date, wh[each.date]!, { version }),
  );
  return marchBasis({ days });
}

const check = (basis: BillingBasis | undefined): BillingCycleCommand => ({
  type: 'check-for-rebill',
  basis,
  policy,
  now: LATER,
  checkedBy: 'billing',
});
const issue = (basis: BillingBasis | undefined, number = 1, reason = 'Read again.'): BillingCycleCommand => ({
  type: 'issue-rebill',
  proposalId: `REBILL-AGR-1-2024-03-01-${number}`,
  basis,
  policy,
  reason,
  now: LATER,
  issuedBy: 'kim',
});
const dismiss: BillingCycleCommand = {
  type: 'dismiss-rebill',
  proposalId: 'REBILL-AGR-1-2024-03-01-1',
  reason: 'Waived.',
  now: LATER,
  dismissedBy: 'kim',
};
const ofProposal = {
  proposalId: 'REBILL-AGR-1-2024-03-01-1',
  agreementId: 'AGR-1',
  period: march,
  billId: 'BILL-AGR-1-2024-03-01',
};
const lapsed = create(RebillLapsedSchema, { ...ofProposal, lapsedAt: timestampFromMs(LATER) });
const dismissed = create(RebillDismissedSchema, {
  ...ofProposal,
  reason: 'Waived.',
  dismissedAt: timestampFromMs(LATER),
  dismissedBy: 'kim',
});

function decided(
  command: BillingCycleCommand,
  ...history: BillingCycleEvent[]
): readonly BillingCycleEvent[] {
  const events = billingCycleDecider.decide(command, fold(billingCycleDecider, history));
  if (isRefusal(events)) throw new Error(`${events.code}: ${events.message}`);
  return events;
}
const billed = (basis = marchBasis()) =>
  decided({ type: 'close', basis, policy, now: APRIL, closedBy: 'kim' });
const names = (events: readonly BillingCycleEvent[]) =>
  events.map(({ $typeName }) => $typeName.split('.').at(-1));

describe('a bill whose readings are corrected', () => {
  const more = corrected({ '2024-03-10': 14_000 });
  const [proposed] = decided(check(more), ...billed()) as [RebillProposed];

  it('is proposed to be replaced, with what differs line by line and day by day', () => {
    const [, , bill] = billed() as [BillingCycleEvent, BillingCycleEvent, BillIssued];
    const [, , right] = billed(more) as [BillingCycleEvent, BillingCycleEvent, BillIssued];
    expect(proposed).toMatchObject({
      proposalId: 'REBILL-AGR-1-2024-03-01-1',
      billId: bill.billId,
      total: right.total,
      previousTotal: bill.total,
      lines: right.lines,
      changedDays: [
        {
          localDate: '2024-03-10',
          previousVersion: 1n,
          version: 2n,
          previousQuantity: 4000n,
          quantity: 14_000n,
        },
      ],
    });
    expect(proposed.lineDifferences.find(({ code }) => code === 'energy-tier-2')).toMatchObject({
      previousQuantity: '24',
      quantity: '34',
      difference: '2',
    });
  });

  it('is not, where the correction comes to the same money and lines', () => {
    given(...billed())
      .when(check(corrected({ '2024-03-10': 4100 })))
      .thenNothing();
  });

  it('is not proposed twice for the same', () => {
    given(...billed(), proposed)
      .when(check(more))
      .thenNothing();
  });

  it('is proposed anew where more is corrected, which takes the place of the first', () => {
    const evenMore = corrected({ '2024-03-10': 14_000, '2024-03-11': 14_000 });
    const [second] = decided(check(evenMore), ...billed(), proposed) as [RebillProposed];
    expect(second.proposalId).toBe('REBILL-AGR-1-2024-03-01-2');
    const { proposals } = fold(billingCycleDecider, [...billed(), proposed, second]);
    expect(proposals.map(({ status }) => status)).toEqual(['REPLACED', 'OPEN']);
    given(...billed(), proposed, second)
      .when(issue(more))
      .thenRefused('REBILL_NOT_OPEN');
  });

  it('stays where the old values come back: the proposal lapses', () => {
    given(...billed(), proposed)
      .when(check(corrected({ '2024-03-10': 4000 }, 3n)))
      .then(lapsed);
    given(...billed(), proposed, lapsed)
      .when(check(corrected({ '2024-03-10': 4000 }, 3n)))
      .thenNothing();
  });

  it('is cancelled and replaced at once', () => {
    const events = decided(issue(more), ...billed(), proposed);
    expect(names(events)).toEqual(['BillCancelled', 'BillingDeterminantsFixed', 'BillIssued']);
    expect(events[0]).toMatchObject({
      billId: 'BILL-AGR-1-2024-03-01',
      replacedBy: 'BILL-AGR-1-2024-03-01-R2',
      reason: 'Read again.',
      cancelledBy: 'kim',
    });
    expect(events[2]).toMatchObject({
      billId: 'BILL-AGR-1-2024-03-01-R2',
      revision: 2,
      replaces: 'BILL-AGR-1-2024-03-01',
      total: proposed.total,
      lines: proposed.lines,
      dueOn: '2024-04-15',
    });
    const state = fold(billingCycleDecider, [...billed(), proposed, ...events]);
    expect(state.bills.map(({ cancelled }) => cancelled !== undefined)).toEqual([true, false]);
    expect(state.proposals[0]).toMatchObject({ status: 'ISSUED', decided: { by: 'kim' } });
  });

  it('is replaced again where its replacement turns out wrong', () => {
    const history = [...billed(), proposed, ...decided(issue(more), ...billed(), proposed)];
    const less = corrected({ '2024-03-10': 1000 }, 3n);
    const [again] = decided(check(less), ...history) as [RebillProposed];
    expect(again).toMatchObject({ billId: 'BILL-AGR-1-2024-03-01-R2', previousTotal: proposed.total });
    const [cancelled] = decided(issue(less, 2), ...history, again) as [BillCancelled];
    expect(cancelled.replacedBy).toBe('BILL-AGR-1-2024-03-01-R3');
  });

  it('is not replaced on other data than were proposed, without a reason, or where nothing is proposed', () => {
    given(...billed(), proposed)
      .when(issue(corrected({ '2024-03-10': 15_000 }, 3n)))
      .thenRefused('REBILL_OUTDATED');
    given(...billed(), proposed)
      .when(issue(more, 1, ' '))
      .thenRefused('REASON_MISSING');
    given(...billed())
      .when(issue(more))
      .thenRefused('REBILL_NOT_OPEN');
  });

  it('stays where somebody decides so, and is not proposed again for the same', () => {
    given(...billed(), proposed)
      .when(dismiss)
      .then(dismissed);
    given(...billed(), proposed, dismissed)
      .when(check(more))
      .thenNothing();
    expect(
      names(decided(check(corrected({ '2024-03-10': 15_000 }, 3n)), ...billed(), proposed, dismissed)),
    ).toEqual(['RebillProposed']);
    given(...billed(), proposed, dismissed)
      .when(issue(more))
      .thenRefused('REBILL_NOT_OPEN');
  });

  it('stays where what came cannot be billed: the rebill is held until it can', () => {
    const gappy = marchBasis({ days: daysOf(more).filter(({ date }) => date !== '2024-03-20') });
    const holding = decided(check(gappy), ...billed(), proposed);
    expect(names(holding)).toEqual(['RebillLapsed', 'RebillHeld']);
    const history = [...billed(), proposed, ...holding];
    expect(statusOf(fold(billingCycleDecider, history))).toBe('BILLED');
    given(...history)
      .when(check(gappy))
      .thenNothing();
    expect(names(decided(check(more), ...history))).toEqual(['RebillHeld', 'RebillProposed']);
    expect(names(decided(check(marchBasis()), ...history))).toEqual(['RebillHeld']);
  });

  it('differs by what its lines differ by, exactly, whatever was corrected', () => {
    const corrections = fc.dictionary(
      fc.constantFrom(...marchBasis().period.days),
      fc.integer({ min: 0, max: 40_000 }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(corrections, (wh) => {
        const [found] = decided(check(corrected(wh)), ...billed()) as [RebillProposed?];
        if (!found) return;
        const { total, previousTotal, difference, lineDifferences } = found;
        expect(difference).toBe(decimalString(exact(total).minus(previousTotal)));
        expect(decimalString(sum(lineDifferences.map((line) => exact(line.difference))))).toBe(difference);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a cycle whose agreement covers none of it, as it turns out', () => {
  it('has its bill cancelled, and none issued', () => {
    const [proposed] = decided(check(undefined), ...billed()) as [RebillProposed];
    expect(proposed).toMatchObject({
      total: '0',
      segments: [],
      lines: [],
      difference: `-${proposed.previousTotal}`,
    });
    const events = decided(issue(undefined), ...billed(), proposed);
    expect(names(events)).toEqual(['BillCancelled']);
    expect(events[0]).toMatchObject({ replacedBy: '' });
    expect(statusOf(fold(billingCycleDecider, [...billed(), proposed, ...events]))).toBe('CANCELLED');
  });

  it('is dropped where it has no bill', () => {
    const held = billed(marchBasis({ days: [] }));
    given(...held)
      .when(check(undefined))
      .then(
        create(BillingCycleDroppedSchema, {
          agreementId: 'AGR-1',
          period: march,
          droppedAt: timestampFromMs(LATER),
        }),
      );
    given().when(check(undefined)).thenNothing();
    given(...held)
      .when(check(marchBasis()))
      .thenNothing();
  });
});
