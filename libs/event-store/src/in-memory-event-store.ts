import { checkAppends } from './check-appends.ts';
import {
  InvalidAppend,
  InvalidPosition,
  renderStreamName,
  WrongExpectedRevision,
  type Append,
  type AppendResult,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StreamName,
  type Subscription,
} from './event-store.ts';
import { categoryFilter } from './category-filter.ts';

/** Forgets everything with the process: for unit tests. */
export class InMemoryEventStore implements EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #byId = new Map<string, RecordedEvent>();
  #appended = Promise.withResolvers<void>();

  async append(...appends: Append[]): Promise<AppendResult[]> {
    checkAppends(appends);
    const fresh = appends.map((append) => this.#freshEvents(append));
    for (const [index, append] of appends.entries()) {
      if (fresh[index]!.length > 0) this.#checkRevision(append);
    }
    const results = appends.map((append, index) => {
      for (const event of fresh[index]!) this.#record(append.stream, event);
      const last = append.events
        .map((event) => this.#byId.get(event.id.toLowerCase())!)
        .reduce((one, other) => (other.revision > one.revision ? other : one));
      const { revision, position } = last;
      return { stream: append.stream, revision, position, duplicate: fresh[index]!.length === 0 };
    });
    this.#appended.resolve();
    this.#appended = Promise.withResolvers();
    return results;
  }

  async *read(stream: StreamName, from = 0): AsyncIterable<RecordedEvent> {
    yield* this.#eventsOf(stream).slice(from);
  }

  async subscribe({
    from,
    category,
    batchSize = 500,
    signal,
    handle,
    caughtUp,
  }: Subscription): Promise<void> {
    const wanted = categoryFilter(category);
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    let next = from === undefined ? 0 : indexOf(from) + 1;
    while (!signal.aborted) {
      const { promise: appended } = this.#appended;
      const batch: RecordedEvent[] = [];
      for (; next < this.#log.length && batch.length < batchSize; next++) {
        const event = this.#log[next]!;
        if (wanted(event.stream.category)) batch.push(event);
      }
      if (batch.length > 0) await handle(batch);
      if (next < this.#log.length) continue;
      caughtUp?.();
      await Promise.race([appended, aborted]);
    }
  }

  async close(): Promise<void> {}

  #eventsOf(stream: StreamName): RecordedEvent[] {
    return this.#streams.get(renderStreamName(stream)) ?? [];
  }

  #freshEvents({ stream, events }: Append): NewEvent[] {
    return events.filter(({ id }) => {
      const known = this.#byId.get(id.toLowerCase());
      if (known && renderStreamName(known.stream) !== renderStreamName(stream))
        throw InvalidAppend.idTaken(id, stream);
      return !known;
    });
  }

  #checkRevision({ stream, expected }: Append): void {
    const last = this.#eventsOf(stream).length - 1;
    const actual = last === -1 ? 'no-stream' : last;
    if (expected !== 'any' && expected !== actual) throw new WrongExpectedRevision(stream, expected, actual);
  }

  #record(stream: StreamName, event: NewEvent): void {
    const events = this.#eventsOf(stream);
    const recorded = {
      ...structuredClone(event),
      id: event.id.toLowerCase(),
      stream: { ...stream },
      revision: events.length,
      position: String(this.#log.length).padStart(positionDigits, '0'),
      recordedAt: new Date(),
    };
    events.push(recorded);
    this.#streams.set(renderStreamName(stream), events);
    this.#byId.set(recorded.id, recorded);
    this.#log.push(recorded);
  }
}

const positionDigits = 12;

function indexOf(position: string): number {
  if (position.length !== positionDigits || !/^\d+$/.test(position)) throw new InvalidPosition(position);
  return Number(position);
}
