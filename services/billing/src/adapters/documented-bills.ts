import { Inject, Injectable } from '@nestjs/common';
import { isRefusal } from '@metermesh/decider';
import type { BillFacts, Utility } from '../documents/bill-facts.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import { billsOf, type Bill, type ListedBill } from '../projections/bill.ts';
import { UTILITY } from '../utility.ts';
import { BillingCycleStreams } from './billing-cycle-streams.ts';
import { EarlierBillsTable } from './earlier-bills.table.ts';
import { Tariffs } from './tariffs.ts';

/** Gathers all that the document of a bill tells. */
@Injectable()
export class DocumentedBills {
  constructor(
    private readonly cycles: BillingCycleStreams,
    private readonly earlierBills: EarlierBillsTable,
    private readonly tariffs: Tariffs,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  async factsOf(bill: Bill): Promise<BillFacts> {
    const earlier = await this.earlierBills.of(bill);
    const [before, yearBefore, tariffs] = await Promise.all([
      this.read(earlier.before),
      this.read(earlier.yearBefore),
      this.tariffsOf(bill),
    ]);
    return {
      bill,
      utility: this.utility,
      tariffs,
      ...(before && { before }),
      ...(yearBefore && { yearBefore }),
    };
  }

  private async read(
    bill: Pick<ListedBill, 'id' | 'agreementId' | 'periodStart'> | undefined,
  ): Promise<Bill | undefined> {
    if (!bill) return undefined;
    return billsOf(await this.cycles.read(bill)).find(({ id }) => id === bill.id);
  }

  /** One that is no longer shipped is left out: the bill then shows its codes. */
  private async tariffsOf({ segments }: Bill): Promise<Map<string, Tariff>> {
    const ids = [...new Set(segments.map(({ tariffId }) => tariffId))];
    const found = await Promise.all(ids.map((id) => this.tariffs.byId(id)));
    return new Map(found.flatMap((tariff) => (isRefusal(tariff) ? [] : [[tariff.id, tariff] as const])));
  }
}
