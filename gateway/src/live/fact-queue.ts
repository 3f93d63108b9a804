import { refuse, type Refusal } from '@metermesh/decider';

/** What waits for one subscriber. A subscriber that cannot keep up is let go; memory never grows with its slowness. */
export class FactQueue<Item> {
  private readonly waiting: Item[] = [];
  private readonly capacity: number;
  private wake: () => void = () => {};
  private ended = false;
  /** Why the queue ended, where it was not the subscriber's wish. */
  endedBecause: Refusal | undefined;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  push(item: Item): void {
    if (this.ended) return;
    if (this.waiting.length >= this.capacity) {
      this.waiting.length = 0;
      this.end(
        refuse(
          'SUBSCRIBER_TOO_SLOW',
          `More than ${this.capacity} facts waited to be taken, so the subscription was ended. Subscribe again and take faster.`,
        ),
      );
      return;
    }
    this.waiting.push(item);
    this.wake();
  }

  end(because?: Refusal): void {
    if (this.ended) return;
    this.ended = true;
    this.endedBecause = because;
    this.wake();
  }

  /** For one reader. Ends at once where it was ended for a reason, else after what still waits. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for (;;) {
      while (this.waiting.length > 0 && !this.endedBecause) yield this.waiting.shift()!;
      if (this.ended) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
