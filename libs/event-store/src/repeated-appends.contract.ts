import { describe, expect, it } from '@jest/globals';
import { all, fact, type Contract } from './contract-kit.ts';

/** What becomes of an append that comes again, or at the same time as others. */
export function describeRepeatedAppends(contract: Contract): void {
  const { stream, append, typesIn } = contract;

  describe('appending again', () => {
    it('records a repeated append once, and says so with the first revision and position', async () => {
      const once = append(stream(), 'no-stream', fact('A'), fact('B'));
      const [first] = await contract.store.append(once);
      await contract.store.append(append(stream(), 1, fact('C')));

      const [again] = await contract.store.append(once);

      expect(again).toEqual({ ...first, duplicate: true });
      expect(await typesIn(stream())).toEqual(['A', 'B', 'C']);
    });

    it('records what is new of a batch that was partly recorded, in the order given', async () => {
      const [a, b, c] = [fact('A'), fact('B'), fact('C')];
      await contract.store.append(append(stream(), 'any', b));
      const [result] = await contract.store.append(append(stream(), 'any', a, b, c));
      expect(result).toMatchObject({ revision: 2, duplicate: false });
      expect(await typesIn(stream())).toEqual(['B', 'A', 'C']);
    });

    it('holds the rest of a partly recorded batch to its expected revision', async () => {
      const [a, b] = [fact('A'), fact('B')];
      await contract.store.append(append(stream(), 'no-stream', a));
      await expect(contract.store.append(append(stream(), 'no-stream', a, b))).rejects.toMatchObject({
        actual: 0,
      });
      await contract.store.append(append(stream(), 0, a, b));
      expect(await typesIn(stream())).toEqual(['A', 'B']);
    });

    it('tells repeated from new stream by stream', async () => {
      const known = append(stream('m1'), 'no-stream', fact('A'));
      await contract.store.append(known);
      const results = await contract.store.append(known, append(stream('m2'), 'no-stream', fact('B')));
      expect(results.map(({ duplicate }) => duplicate)).toEqual([true, false]);
      expect(await typesIn(stream('m1'))).toEqual(['A']);
    });

    it('records a fact once that is appended many times at once', async () => {
      const once = append(stream(), 'any', fact('A'));
      const results = await Promise.all(Array.from({ length: 8 }, () => contract.store.append(once)));
      expect(results.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(await typesIn(stream())).toEqual(['A']);
    });

    it('refuses an event id that is recorded in another stream, where it can know', async () => {
      if (!contract.seesIdsOfOtherStreams) return;
      const event = fact('A');
      await contract.store.append(append(stream('m1'), 'any', event));
      await expect(contract.store.append(append(stream('m2'), 'any', event))).rejects.toMatchObject({
        code: 'EVENT_ID_TAKEN',
      });
    });
  });

  describe('appending at once', () => {
    it('lets exactly one of many have an exact revision', async () => {
      await contract.store.append(append(stream(), 'no-stream', fact('A')));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) => contract.store.append(append(stream(), 0, fact(`B${n}`)))),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ expected: 0, actual: 1 });
      }
      expect(await all(contract.store.read(stream()))).toHaveLength(2);
    });

    it('lets all have any revision', async () => {
      await Promise.all(
        Array.from({ length: 20 }, () =>
          contract.store.append(append(stream(), 'any', fact('A'), fact('B'))),
        ),
      );
      const events = await all(contract.store.read(stream()));
      expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    it('lets appenders to the same streams in different orders pass without a deadlock', async () => {
      const ids = Array.from({ length: 12 }, (_, n) => `m${n}`);
      await Promise.all(
        Array.from({ length: 16 }, (_, round) => {
          const order = round % 2 ? ids : ids.toReversed();
          return contract.store.append(...order.map((id) => append(stream(id), 'any', fact('A'))));
        }),
      );
      for (const id of ids) expect(await all(contract.store.read(stream(id)))).toHaveLength(16);
    });
  });
}
