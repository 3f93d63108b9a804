import DataLoader from 'dataloader';
import type { SubgraphContext } from './subgraph.ts';

/**
 * The request's loader for one question: keys that its resolvers ask for in one go become one query, and are asked once.
 *
 * @param question names the loader within the request; the method or function that answers is a good name
 * @param answer finds the values of many keys; a key that is not in the map has none
 */
export function loaderOf<Key, Value>(
  { loaders }: SubgraphContext,
  question: unknown,
  answer: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): DataLoader<Key, Value | undefined> {
  const known = loaders.get(question) as DataLoader<Key, Value | undefined> | undefined;
  if (known) return known;
  const loader = new DataLoader<Key, Value | undefined>(async (keys) => {
    const found = await answer(keys);
    return keys.map((key) => found.get(key));
  });
  loaders.set(question, loader);
  return loader;
}
