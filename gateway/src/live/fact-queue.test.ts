import { describe, expect, it } from '@jest/globals';
import { refuse } from '@metermesh/decider';
import { FactQueue } from './fact-queue.ts';

async function taken<Item>(queue: FactQueue<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('the queue of a subscriber', () => {
  it('hands over in order what came before and while it is read', async () => {
    const queue = new FactQueue<number>(10);
    queue.push(1);
    const reading = taken(queue);
    await Promise.resolve();
    queue.push(2);
    queue.push(3);
    queue.end();
    expect(await reading).toEqual([1, 2, 3]);
    expect(queue.endedBecause).toBeUndefined();
  });

  it('lets a subscriber go who does not take, and keeps nothing for them', async () => {
    const queue = new FactQueue<number>(3);
    for (let n = 0; n < 100; n++) queue.push(n);
    expect(queue.endedBecause).toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' });
    expect(await taken(queue)).toEqual([]);
  });

  it('ends at once, without a fact, for a reader who waits', async () => {
    const queue = new FactQueue<number>(3);
    const reading = taken(queue);
    queue.end(refuse('TOKEN_EXPIRED', 'over'));
    expect(await reading).toEqual([]);
    queue.push(1);
    expect(await taken(queue)).toEqual([]);
  });
});
