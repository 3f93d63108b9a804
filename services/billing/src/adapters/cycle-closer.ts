import { setImmediate as letOthersRun } from 'node:timers/promises';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { streamName, WrongExpectedRevision } from '@metermesh/event-store';
import { askedReadingTypes } from '../domain/billing-cycle/billing-basis.ts';
import type { BillingCycle } from '../domain/billing-cycle/billing-cycle.ts';
import { billingCycleDecider } from '../domain/billing-cycle/billing-cycle.decider.ts';
import { periodsLookedBackAt } from '../domain/billing-cycle/demand-history.ts';
import type { Period } from '../domain/rating/period.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import type { SliceFailure } from './bill-run-slices.table.ts';
import type { Billing, RunningRun } from './close-slice.ts';
import { appendOf, freshCycle, readCycle, type Closer, type Closing } from './closing.ts';
import type { SliceAgreement } from './slice-agreements.ts';
import { packedDaysOf, unpackedByReadingType, type PackedDays } from './validated-days-of.ts';

/** A period that is due. */
export interface Due {
  readonly of: SliceAgreement;
  readonly period: Period;
}

/** With what has to be read for it: the days of some reading types, in the period and in those that ratchets look back at. */
interface Wanted extends Due {
  readonly readingTypes: readonly string[];
  readonly lookedBackAt: readonly Period[];
}

/** With the days, those of the period first. */
interface Read extends Wanted {
  readonly days: readonly PackedDays[];
}

/** Months of readings that are read at once, and billed and recorded together: what is in memory does not grow with the run. */
const TOGETHER = 500;
/** Bills after which others have their turn: a few milliseconds. */
const WITHOUT_PAUSE = 20;

/** Closes the cycles of a slice many at once: it reads sets, decides on each alone, and records all in one call. */
export class CycleCloser {
  /** Agreements that a fault of the program did not let through; the others are closed all the same. */
  readonly failures: SliceFailure[] = [];
  private readonly failed = new Set<string>();
  private readonly tariffs = new Map<string, Tariff | Refusal>();
  private readonly billing: Billing;
  private readonly closer: Closer;

  constructor(billing: Billing, { id, startedBy, issuedAt }: RunningRun) {
    this.billing = billing;
    this.closer = { runId: id, closedBy: startedBy, closedAt: issuedAt.getTime() };
  }

  /** The cycles as they are afterwards, without those that failed. */
  async *close(due: readonly Due[]): AsyncGenerator<BillingCycle> {
    let together: Wanted[] = [];
    let months = 0;
    for (const each of due) {
      const wanted = await this.wantedOf(each);
      if (!wanted) continue;
      together.push(wanted);
      months += 1 + wanted.lookedBackAt.length;
      if (months < TOGETHER) continue;
      yield* await this.closeTogether(together);
      together = [];
      months = 0;
    }
    yield* await this.closeTogether(together);
  }

  private async wantedOf({ of, period }: Due): Promise<Wanted | undefined> {
    const { agreement, usagePoint } = of;
    for (const { tariffId } of agreement.terms)
      if (!this.tariffs.has(tariffId)) this.tariffs.set(tariffId, await this.billing.tariff(tariffId));
    return this.attempt(of, () => {
      const known = agreement.terms.flatMap(({ tariffId }) => {
        const tariff = this.tariffs.get(tariffId)!;
        return isRefusal(tariff) ? [] : [tariff];
      });
      const readingTypes = usagePoint ? askedReadingTypes(usagePoint.serviceKind, known) : [];
      const lookedBackAt = periodsLookedBackAt({ agreement, period, tariffs: this.tariffs });
      return { of, period, readingTypes, lookedBackAt };
    });
  }

  private async closeTogether(together: readonly Wanted[]): Promise<BillingCycle[]> {
    const all = await this.readDays(together);
    const closings: Closing[] = [];
    for (const [index, each] of all.entries()) {
      if (index % WITHOUT_PAUSE === WITHOUT_PAUSE - 1) await letOthersRun();
      const closing = await this.closingOf(each, !each.of.openPeriods.has(each.period.start));
      if (closing) closings.push(closing);
    }
    const decided = closings.filter(({ events }) => events.length > 0);
    try {
      await this.billing.store.append(...decided.map((closing) => appendOf(this.closer, closing)));
      for (const { events } of decided) this.billing.onRecorded?.(events);
      return closings.map(({ state }) => state);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    // Others have written to one of them: a mutation, or whoever had the slice before without our having read it yet.
    const states: BillingCycle[] = [];
    for (const each of all) {
      const state = await this.closeSingly(each);
      if (state) states.push(state);
    }
    return states;
  }

  private async readDays(together: readonly Wanted[]): Promise<Read[]> {
    const periods = together.flatMap(({ of, period, lookedBackAt, readingTypes }) =>
      [period, ...lookedBackAt].map(({ start, end }) => ({
        usagePointId: of.agreement.usagePointId,
        readingTypes,
        start,
        end,
      })),
    );
    const days = await packedDaysOf(this.billing.pool, periods);
    let at = 0;
    return together.map((each) => ({ ...each, days: days.slice(at, (at += 1 + each.lookedBackAt.length)) }));
  }

  private async closeSingly(due: Read): Promise<BillingCycle | undefined> {
    for (;;) {
      const closing = await this.closingOf(due, false);
      if (!closing || closing.events.length === 0) return closing?.state;
      try {
        await this.billing.store.append(appendOf(this.closer, closing));
        this.billing.onRecorded?.(closing.events);
        return closing.state;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
  }

  /** @param isFresh whether the cycle seems to have no stream yet; recording finds out */
  private async closingOf({ of, period, lookedBackAt, days }: Read, isFresh: boolean) {
    const { agreement, usagePoint } = of;
    const stream = streamName('billing-cycle', `${agreement.id}-${period.start}`);
    const cycle = isFresh ? freshCycle(stream) : await readCycle(this.billing.store, stream);
    const gasDays = await this.billing.gasDays(agreement, period);
    return this.attempt(of, (): Closing => {
      const [present, ...earlier] = days.map(unpackedByReadingType);
      const basis = {
        agreement,
        period,
        usagePoint,
        tariffs: this.tariffs,
        days: present!,
        gasDays,
        ...(earlier.length > 0 && {
          earlier: lookedBackAt.map((before, place) => ({ period: before, days: earlier[place]! })),
        }),
      };
      const { closedAt: now, closedBy } = this.closer;
      const { policy } = this.billing;
      const events = billingCycleDecider.decide({ type: 'close', basis, policy, now, closedBy }, cycle.state);
      // What a run closes is over, and whatever else cannot be billed holds the cycle.
      if (isRefusal(events)) throw new Error(`${events.code}: ${events.message}`);
      return { ...cycle, events, state: events.reduce(billingCycleDecider.evolve, cycle.state) };
    });
  }

  /** Undefined where it throws, or has thrown before: a fault of the program, which keeps nobody else from being billed. */
  private attempt<Result>({ agreement: { id } }: SliceAgreement, work: () => Result): Result | undefined {
    if (this.failed.has(id)) return undefined;
    try {
      return work();
    } catch (error) {
      this.failed.add(id);
      this.failures.push({ agreementId: id, code: 'BILLING_FAILED', message: String(error) });
      return undefined;
    }
  }
}
