import { refuse } from '@metermesh/decider';
import { watchFacts, type Fact, type Log } from '@metermesh/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { FactQueue } from './fact-queue.ts';
import type { LiveField } from './live-fields.ts';

const CAPACITY = 100;

/**
 * The facts of one live field, taken from NATS once for all its subscribers. Not durable: what happens while nobody is
 * connected is not told later.
 */
export class FactFeed {
  private readonly byKey = new Map<string, Set<FactQueue<Fact>>>();
  private readonly field: LiveField;
  private readonly log: Log;

  constructor(field: LiveField, log: Log) {
    this.field = field;
    this.log = log;
  }

  /** Takes facts until `signal` aborts. */
  async run(connection: NatsConnection, signal: AbortSignal): Promise<void> {
    await Promise.all(this.field.subjects.map((subject) => this.watch(connection, subject, signal)));
    const stopping = refuse(
      'GATEWAY_STOPPING',
      'The gateway stops, so the subscription was ended. Subscribe again.',
    );
    for (const queue of [...this.byKey.values()].flatMap((queues) => [...queues])) queue.end(stopping);
  }

  /** The facts of one key from now on. */
  subscribe(key: string): FactQueue<Fact> {
    const queue = new FactQueue<Fact>(CAPACITY);
    const queues = this.byKey.get(key) ?? new Set();
    this.byKey.set(key, queues.add(queue));
    return queue;
  }

  unsubscribe(key: string, queue: FactQueue<Fact>): void {
    const queues = this.byKey.get(key);
    queues?.delete(queue);
    if (queues?.size === 0) this.byKey.delete(key);
    queue.end();
  }

  get subscribers(): number {
    return [...this.byKey.values()].reduce((sum, queues) => sum + queues.size, 0);
  }

  private async watch(connection: NatsConnection, subject: string, signal: AbortSignal): Promise<void> {
    for await (const fact of watchFacts(connection, subject, signal)) {
      if (this.byKey.size > 0) this.tell(fact);
    }
  }

  private tell(fact: Fact): void {
    try {
      for (const queue of this.byKey.get(this.field.keyOf(fact)) ?? []) queue.push(fact);
    } catch (error) {
      this.log.warn(
        { err: error, subject: fact.subject, fact: fact.id },
        'A fact cannot be read, so nobody is told of it',
      );
    }
  }
}
