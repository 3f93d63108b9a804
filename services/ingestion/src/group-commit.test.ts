import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.ts';

describe('a group commit', () => {
  it('shares one commit among what comes while the one before runs', async () => {
    const groups: number[][] = [];
    const commit = new GroupCommit<number, number>(3, async (items) => {
      groups.push([...items]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return items.map((item) => item * 10);
    });
    const first = commit.add(1);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const rest = [2, 3, 4, 5].map((item) => commit.add(item));
    expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30, 40, 50]);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('lets one that fails fail alone', async () => {
    const commit = new GroupCommit<number, number>(10, async (items) => {
      if (items.includes(2)) throw new Error('two');
      return [...items];
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => commit.add(item)));
    expect(settled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await commit.drained();
  });
});
