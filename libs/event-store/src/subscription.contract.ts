import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { all, fact, follow, type Contract } from './contract-kit.ts';
import { streamName } from './event-store.ts';

/** What a subscription hands over, and from where it goes on. */
export function describeSubscriptions(contract: Contract): void {
  const { stream, append } = contract;

  describe('a subscription', () => {
    it('hands over the past in log order, then tells that it has caught up', async () => {
      await contract.store.append(append(stream('m1'), 'any', fact('A')));
      await contract.store.append(
        append(stream('m2'), 'any', fact('B')),
        append(stream('m1'), 'any', fact('C')),
      );
      const seen = await follow(contract.store, { category: contract.category }).untilCaughtUp();
      expect(seen.map(({ type }) => type)).toEqual(['A', 'B', 'C']);
      const positions = seen.map(({ position }) => position);
      expect(positions.toSorted()).toEqual(positions);
      expect(new Set(positions).size).toBe(3);
    });

    it('hands over the very events that reading a stream does', async () => {
      await contract.store.append(append(stream(), 'any', fact('A'), fact('B')));
      expect(await follow(contract.store, { category: contract.category }).untilCaughtUp()).toEqual(
        await all(contract.store.read(stream())),
      );
    });

    it('goes on live', async () => {
      const following = follow(contract.store, { category: contract.category });
      await following.caughtUp;
      await contract.store.append(append(stream(), 'any', fact('A')));
      await following.until(1);
      await contract.store.append(append(stream('m2'), 'any', fact('B'), fact('C')));
      expect((await following.until(3)).map(({ type }) => type)).toEqual(['A', 'B', 'C']);
      await following.stop();
    });

    it('takes one category and none whose name only begins alike', async () => {
      const alike = streamName(`${contract.category}-checks`, 'm1');
      await contract.store.append(append(alike, 'any', fact('Other')), append(stream(), 'any', fact('Mine')));
      const seen = await follow(contract.store, { category: contract.category }).untilCaughtUp();
      expect(seen.map(({ type }) => type)).toEqual(['Mine']);
    });

    it('takes several categories in one order, and all of them', async () => {
      const other = streamName(`${contract.category}-checks`, 'm1');
      const third = streamName(`${contract.category}-third`, 'm1');
      await contract.store.append(append(other, 'any', fact('A')));
      await contract.store.append(append(third, 'any', fact('B')));
      await contract.store.append(append(stream(), 'any', fact('C')));
      await contract.store.append(append(other, 'any', fact('D')));
      const two = await follow(contract.store, {
        category: [contract.category, other.category],
      }).untilCaughtUp();
      expect(two.map(({ type }) => type)).toEqual(['A', 'C', 'D']);
      const everything = await follow(contract.store, {}).untilCaughtUp();
      const ours = everything.filter((event) => event.stream.category.startsWith(contract.category));
      expect(ours.map(({ type }) => type)).toEqual(['A', 'B', 'C', 'D']);
    });

    it('resumes after any position, with batches of the size asked for', async () => {
      const events = Array.from({ length: 7 }, (_, n) => fact(`N${n}`));
      await contract.store.append(append(stream(), 'any', ...events));
      const whole = await follow(contract.store, { category: contract.category }).untilCaughtUp();
      for (const [index, { position }] of whole.entries()) {
        const following = follow(contract.store, {
          category: contract.category,
          from: position,
          batchSize: 2,
        });
        const rest = await following.untilCaughtUp();
        expect(rest.map(({ type }) => type)).toEqual(events.slice(index + 1).map(({ type }) => type));
        expect(following.batches.every((batch) => batch.length > 0 && batch.length <= 2)).toBe(true);
      }
    });

    it('rejects with what the handler threw, and hands the batch over again from the checkpoint', async () => {
      await contract.store.append(append(stream(), 'any', fact('A'), fact('B'), fact('C')));
      let checkpoint: string | undefined;
      const failing = contract.store.subscribe({
        category: contract.category,
        batchSize: 1,
        signal: new AbortController().signal,
        async handle([event]) {
          if (event!.type === 'B') throw new Error('projection is broken');
          checkpoint = event!.position;
        },
      });
      await expect(failing).rejects.toThrow('projection is broken');
      const rest = await follow(contract.store, {
        category: contract.category,
        from: checkpoint!,
      }).untilCaughtUp();
      expect(rest.map(({ type }) => type)).toEqual(['B', 'C']);
    });

    it('hands over one batch at a time', async () => {
      await contract.store.append(append(stream(), 'any', ...Array.from({ length: 6 }, () => fact('A'))));
      let running = 0;
      let most = 0;
      await follow(contract.store, { category: contract.category, batchSize: 2 }, async () => {
        most = Math.max(most, ++running);
        await sleep(5);
        running--;
      }).untilCaughtUp();
      expect(most).toBe(1);
    });

    it('ends when its signal aborts: waiting, before it began, and after the batch in hand', async () => {
      const idle = follow(contract.store, { category: contract.category });
      await idle.caughtUp;
      await idle.stop();

      await contract.store.subscribe({
        category: contract.category,
        signal: AbortSignal.abort(),
        handle: async () => {},
      });

      await contract.store.append(append(stream(), 'any', fact('A'), fact('B')));
      const abort = new AbortController();
      let handled = 0;
      await contract.store.subscribe({
        category: contract.category,
        batchSize: 1,
        signal: abort.signal,
        async handle() {
          abort.abort();
          await sleep(5);
          handled++;
        },
      });
      expect(handled).toBe(1);
    });

    it('misses nothing and keeps every stream in order while many append', async () => {
      const following = follow(contract.store, { category: contract.category, batchSize: 7 });
      await Promise.all(
        Array.from({ length: 8 }, async (_, appender) => {
          for (let n = 0; n < 15; n++) {
            const [mine, shared] = [stream(`own-${appender}`), stream(`shared-${n % 3}`)];
            await contract.store.append(
              append(mine, 'any', fact('A')),
              append(shared, 'any', fact('B'), fact('C')),
            );
          }
        }),
      );
      const seen = await following.until(8 * 15 * 3);
      await following.stop();
      expect(new Set(seen.map(({ id }) => id)).size).toBe(8 * 15 * 3);
      for (const events of Map.groupBy(seen, (event) => event.stream.id).values()) {
        expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
      }
    });

    it('refuses a checkpoint that is no position of this store', async () => {
      const subscription = contract.store.subscribe({
        from: 'yesterday',
        signal: AbortSignal.timeout(5000),
        handle: async () => {},
      });
      await expect(subscription).rejects.toMatchObject({ code: 'POSITION_INVALID' });
    });
  });
}
