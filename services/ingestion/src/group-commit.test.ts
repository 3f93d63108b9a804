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

  it('takes nothing of a sender that came behind what failed, so that it can send all again in order', async () => {
    let isFailing = true;
    const committed: string[] = [];
    const commit = new GroupCommit<string, string>(
      3,
      async (items) => {
        if (isFailing && items.includes('a2')) throw new Error('a2');
        committed.push(...items);
        return items;
      },
      ([sender]) => sender,
    );
    const sent = ['a1', 'a2', 'b1', 'a3', 'b2', 'a4', 'c1'];
    const settled = await Promise.allSettled(sent.map((item) => commit.add(item)));
    const failed = sent.filter((_, i) => settled[i]!.status === 'rejected');
    expect(failed).toEqual(['a2', 'a3', 'a4']);
    isFailing = false;
    await Promise.all(failed.map((item) => commit.add(item)));
    expect(committed.filter(([sender]) => sender === 'a')).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(committed.filter(([sender]) => sender !== 'a')).toEqual(['b1', 'b2', 'c1']);
  });
});
