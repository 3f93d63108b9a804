import DataLoader from 'dataloader';
import type { SubgraphContext } from '@metermesh/service-kit';
import type { Bills } from '../adapters/bills.table.ts';
import type { Bill } from '../projections/bill.ts';
import { visibleCustomer } from './bill-access.ts';

/** Bills by id, read at once for everything that one request asks for. */
export function billLoader(context: SubgraphContext, bills: Bills): DataLoader<string, Bill | undefined> {
  return loader(context, 'bill', async (ids) => {
    const found = await bills.byId(ids);
    return ids.map((id) => found.get(id));
  });
}

/** The latest bills of usage points that the caller may see. */
export function latestBillsLoader(
  context: SubgraphContext,
  bills: Bills,
  most: number,
): DataLoader<string, Bill[]> {
  return loader(context, `latest ${most}`, async (usagePointIds) => {
    const found = await bills.latestOf(usagePointIds, most, visibleCustomer(context.claims));
    return usagePointIds.map((id) => found.get(id) ?? []);
  });
}

function loader<Value>(
  { loaders }: SubgraphContext,
  key: string,
  load: (keys: readonly string[]) => Promise<Value[]>,
): DataLoader<string, Value> {
  const known = loaders.get(key) as DataLoader<string, Value> | undefined;
  if (known) return known;
  const made = new DataLoader<string, Value>(load);
  loaders.set(key, made);
  return made;
}
