import { loaderOf, type SubgraphContext } from '@metermesh/service-kit';
import type { BillingCycleStreams } from '../adapters/billing-cycle-streams.ts';
import { Bills } from '../adapters/bills.table.ts';
import type { BillingCycle } from '../domain/billing-cycle/billing-cycle.ts';
import type { ListedBill } from '../projections/bill.ts';
import { mayRead, visibleCustomer } from './bill-access.ts';
import { billView } from './billing-view.ts';

/** Bills by id, read at once for everything that one request asks for. */
export const billLoader = (context: SubgraphContext, bills: Bills) =>
  loaderOf<string, ListedBill>(context, 'bill', (ids) => bills.byId(ids));

/** The bills that count of cycles, by `{agreement} {period start}`. */
export const cycleBillLoader = (context: SubgraphContext, bills: Bills) =>
  loaderOf<string, ListedBill>(context, 'bill of cycle', (cycles) => bills.ofCycles(cycles));

/** The latest bills of usage points that the caller may see. */
export const latestBillsLoader = (context: SubgraphContext, bills: Bills, most: number) =>
  loaderOf<string, ListedBill[]>(context, `latest ${most}`, (usagePointIds) =>
    bills.latestOf(usagePointIds, most, visibleCustomer(context.claims)),
  );

/** Cycles from their streams, by `{agreement} {period start}`; each is read once a request. */
export const cycleLoader = (context: SubgraphContext, cycles: BillingCycleStreams) =>
  loaderOf<string, BillingCycle>(context, 'cycle', async (keys) => {
    const states = keys.map(async (key) => {
      const [agreementId = '', periodStart = ''] = key.split(' ');
      return [key, await cycles.read({ agreementId, periodStart })] as const;
    });
    return new Map(await Promise.all(states));
  });

/** How loaders name a cycle. */
export const cycleKey = (agreementId: string, periodStart: string): string => `${agreementId} ${periodStart}`;

/** The bill with that id as the graph shows it, for things that name one; nothing where the caller may not read it. */
export async function linkedBill(context: SubgraphContext, bills: Bills, link: { id: string } | null) {
  const bill = link ? await billLoader(context, bills).load(link.id) : undefined;
  return bill && !mayRead(context.claims, bill) ? billView(bill) : null;
}
