/**
 * Gathers what arrives while the group before is being committed: under load groups grow and share a transaction's cost,
 * and a lone item never waits. Where a group fails each of its items is tried alone, so that one cannot spoil the others.
 */
export class GroupCommit<Item, Result> {
  private readonly largest: number;
  private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  private waiting: Waiting<Item, Result>[] = [];
  private running: Promise<void> | undefined;

  constructor(largest: number, commit: (items: readonly Item[]) => Promise<readonly Result[]>) {
    this.largest = largest;
    this.commit = commit;
  }

  add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.waiting.push({ item, resolve, reject });
    this.running ??= this.run();
    return promise;
  }

  async drained(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // What arrives in the same turn of the event loop is one group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.settle(this.waiting.splice(0, this.largest));
    this.running = undefined;
  }

  private async settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.commit(group.map(({ item }) => item));
      group.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      if (group.length === 1) group[0]!.reject(error);
      else for (const one of group) await this.settle([one]);
    }
  }
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}
