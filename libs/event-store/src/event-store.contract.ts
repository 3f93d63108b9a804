import { describe, expect, it } from '@jest/globals';
import { describeAppending } from './appending.contract.ts';
import { all, Contract, fact, type StoreUnderTest } from './contract-kit.ts';
import { describeRepeatedAppends } from './repeated-appends.contract.ts';
import { describeSubscriptions } from './subscription.contract.ts';

/** What every adapter has to do, told to each of them. */
export function describeEventStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    const contract = new Contract(start);
    describeAppending(contract);
    describeRepeatedAppends(contract);
    describeReading(contract);
    describeSubscriptions(contract);
  });
}

function describeReading(contract: Contract): void {
  const { stream, append, typesIn } = contract;

  describe('reading', () => {
    it('answers nothing for a stream that does not exist', async () => {
      expect(await all(contract.store.read(stream('nobody')))).toEqual([]);
    });

    it('begins with the revision asked for', async () => {
      await contract.store.append(append(stream(), 'any', fact('A'), fact('B'), fact('C')));
      expect(await typesIn(stream(), 1)).toEqual(['B', 'C']);
      expect(await typesIn(stream(), 3)).toEqual([]);
    });

    it('reads more events than a page holds', async () => {
      const events = Array.from({ length: 2300 }, (_, n) => fact(`N${n}`));
      await contract.store.append(append(stream(), 'any', ...events));
      expect(await typesIn(stream())).toEqual(events.map(({ type }) => type));
    });
  });
}
