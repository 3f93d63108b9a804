import { Inject, Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import type { BillFacts, Payment, TimeOfUseDay, Utility } from '../documents/bill-facts.ts';
import { timeOfUseDays } from '../documents/time-of-use-days.ts';
import { mainUsage } from '../documents/usage-chart.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import { billsOf, type Bill, type ListedBill } from '../projections/bill.ts';
import { UTILITY } from '../utility.ts';
import { BillingCycleStreams } from './billing-cycle-streams.ts';
import { EarlierBillsTable } from './earlier-bills.table.ts';
import { Receivables } from './receivables.table.ts';
import { Tariffs } from './tariffs.ts';
import { ValidatedDays } from './validated-days.table.ts';

/** Gathers all that the document of a bill tells. */
@Injectable()
export class DocumentedBills {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly earlierBills: EarlierBillsTable,
    private readonly tariffs: Tariffs,
    private readonly days: ValidatedDays,
    private readonly receivables: Receivables,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  async factsOf(bill: Bill): Promise<BillFacts> {
    const earlier = await this.earlierBills.of(bill);
    const [before, yearBefore, tariffs, payment] = await Promise.all([
      this.read(earlier.before),
      this.read(earlier.yearBefore),
      this.tariffsOf(bill),
      this.paymentOf(bill),
    ]);
    const timeOfUse = await this.timeOfUse(bill, tariffs);
    return {
      bill,
      utility: this.utility,
      tariffs,
      ...(before && { before }),
      ...(yearBefore && { yearBefore }),
      ...(payment && { payment }),
      ...(timeOfUse && { timeOfUse }),
    };
  }

  private async read(
    bill: Pick<ListedBill, 'id' | 'agreementId' | 'periodStart'> | undefined,
  ): Promise<Bill | undefined> {
    if (!bill) return undefined;
    return billsOf(await this.cycles.read(bill)).find(({ id }) => id === bill.id);
  }

  private async paymentOf({ id }: Bill): Promise<Payment | undefined> {
    const demand = (await this.receivables.byId([id])).get(id);
    if (!demand) return undefined;
    const { settled, lateFee, waived, open } = demand;
    return { paid: settled, lateFees: decimalString(exact(lateFee).minus(waived)), open };
  }

  /** From the days as they are now; where one has changed since, the document leaves them out. */
  private async timeOfUse(
    bill: Bill,
    tariffs: ReadonlyMap<string, Tariff>,
  ): Promise<TimeOfUseDay[] | undefined> {
    const usage = mainUsage(bill);
    if (!usage) return undefined;
    const { usagePointId, periodStart: start, periodEnd: end } = bill;
    const days = await this.days.ofPeriod(usagePointId, [usage.code], { start, end });
    return timeOfUseDays(bill, tariffs, days.get(usage.code) ?? []);
  }

  /** One that is no longer shipped is left out: the bill then shows its codes. */
  private async tariffsOf({ segments }: Bill): Promise<Map<string, Tariff>> {
    const ids = [...new Set(segments.map(({ tariffId }) => tariffId))];
    const found = await Promise.all(ids.map((id) => this.tariffs.byId(id)));
    return new Map(found.flatMap((tariff) => (isRefusal(tariff) ? [] : [[tariff.id, tariff] as const])));
  }
}
