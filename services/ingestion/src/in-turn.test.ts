import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { InTurn } from './in-turn.ts';

describe('work in turn', () => {
  it('is done with in the order in which it was begun, whatever takes how long', async () => {
    const inTurn = new InTurn();
    const done: number[] = [];
    const works = [30, 0, 10, 0].map(async (ms, i) => done.push(await inTurn.settle(pause(ms, i))));
    await Promise.all(works);
    expect(done).toEqual([0, 1, 2, 3]);
  });

  it('goes on after what failed, and tells only whoever waits for that', async () => {
    const inTurn = new InTurn();
    const slow = inTurn.settle(pause(10, 'slow'));
    const failed = inTurn.settle(Promise.reject(new Error('lost')));
    const next = inTurn.settle(Promise.resolve('next'));
    await expect(slow).resolves.toBe('slow');
    await expect(failed).rejects.toThrow('lost');
    await expect(next).resolves.toBe('next');
  });
});
