/**
 * Gathers what arrives while the group before is being committed: under load groups grow and share a transaction's cost,
 * and a lone item never waits. Where a group fails each of its items is tried alone, so that one cannot spoil the others;
 * but what came behind it from the same sender fails with it, so that a sender's items are never taken out of their order.
 */
export class GroupCommit<Item, Result> {
  private readonly largest: number;
  private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;
  private readonly senderOf: (item: Item) => string | undefined;
  private waiting: Waiting<Item, Result>[] = [];
  private running: Promise<void> | undefined;

  /** @param senderOf whose item it is; undefined: its order does not matter */
  constructor(
    largest: number,
    commit: (items: readonly Item[]) => Promise<readonly Result[]>,
    senderOf: (item: Item) => string | undefined = () => undefined,
  ) {
    this.largest = largest;
    this.commit = commit;
    this.senderOf = senderOf;
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
    let alone = 0;
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, alone > 0 ? 1 : this.largest);
      alone = Math.max(0, alone - 1);
      try {
        const results = await this.commit(group.map(({ item }) => item));
        group.forEach(({ resolve }, i) => resolve(results[i]!));
      } catch (error) {
        if (group.length === 1) this.fail(group[0]!, error);
        else {
          this.waiting.unshift(...group);
          alone = group.length;
        }
      }
    }
    this.running = undefined;
  }

  private fail(failed: Waiting<Item, Result>, error: unknown): void {
    failed.reject(error);
    const sender = this.senderOf(failed.item);
    if (sender === undefined) return;
    const isBehind = ({ item }: Waiting<Item, Result>) => this.senderOf(item) === sender;
    const { behind = [], others = [] } = Object.groupBy(this.waiting, (one) =>
      isBehind(one) ? 'behind' : 'others',
    );
    this.waiting = others;
    for (const one of behind) one.reject(error);
  }
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}
