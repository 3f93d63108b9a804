import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppendNotifications } from './append-notifications.ts';
import { binaryArray, integerArray, textArray, uuidArray } from './binary-array.ts';
import { wantedCategories } from './category-filter.ts';
import { checkAppends } from './check-appends.ts';
import {
  InvalidAppend,
  InvalidPosition,
  WrongExpectedRevision,
  type Append,
  type AppendResult,
  type EventMetadata,
  type EventStore,
  type ExpectedRevision,
  type RecordedEvent,
  type StreamName,
  type Subscription,
} from './event-store.ts';
import { postgresSchema } from './postgres-schema.ts';

export interface PostgresEventStoreOptions {
  /** Milliseconds between two looks at the log when no notification comes. */
  pollInterval?: number;
}

/**
 * The embedded default: an event store in schema `event_store` of a service's own database.
 *
 * Subscriptions follow within milliseconds (LISTEN/NOTIFY, and polling should one be lost), but never past the oldest
 * running transaction of the server that has written: keep transactions short.
 */
export class PostgresEventStore implements EventStore {
  readonly #pool: pg.Pool;
  readonly #notifications: AppendNotifications;
  readonly #pollInterval: number;

  /** The pool stays the caller's: end it after the store is closed. Subscriptions share one of its connections. */
  constructor(pool: pg.Pool, { pollInterval = 1000 }: PostgresEventStoreOptions = {}) {
    this.#pool = pool;
    this.#notifications = new AppendNotifications(pool);
    this.#pollInterval = pollInterval;
  }

  /** Makes or updates the tables; several processes may do so at once. */
  async migrate(): Promise<void> {
    await this.#pool.query(
      `begin; select pg_advisory_xact_lock(hashtext('event_store.migrate')); ${postgresSchema}; commit`,
    );
  }

  append(...appends: Append[]): Promise<AppendResult[]> {
    return this.appendWith(this.#pool, ...appends);
  }

  /**
   * Appends inside the caller's own transaction, which commits or rolls back the events with its other rows. One call a
   * transaction: locks are taken in one order within a call only. After an error the transaction can only roll back.
   */
  async appendWith(client: Pick<pg.ClientBase, 'query'>, ...appends: Append[]): Promise<AppendResult[]> {
    checkAppends(appends);
    if (appends.length === 0) return [];
    try {
      const { rows } = await client.query<AppendRow>({
        name: 'event_store.append',
        text: 'select * from event_store.append($1, $2, $3, $4, $5, $6, $7, $8)',
        values: appendArguments(appends),
      });
      return rows.map((row, index) => ({
        stream: appends[index]!.stream,
        revision: row.revision,
        position: renderPosition(row),
        duplicate: row.duplicate,
      }));
    } catch (error) {
      throw appendError(error, appends);
    }
  }

  async *read(stream: StreamName, from = 0): AsyncIterable<RecordedEvent> {
    const pageSize = 1000;
    for (let next = from; ;) {
      const { rows } = await this.#pool.query<EventRow>({
        name: 'event_store.read',
        text: readStream,
        values: [stream.category, stream.id, next, pageSize],
      });
      yield* rows.map(recordedEvent);
      if (rows.length < pageSize) return;
      next = rows.at(-1)!.revision + 1;
    }
  }

  async subscribe({
    from,
    category,
    batchSize = 500,
    signal,
    handle,
    caughtUp,
  }: Subscription): Promise<void> {
    const categories = wantedCategories(category);
    let checkpoint = parsePosition(from);
    let wake = new AbortController();
    const stopListening = this.#notifications.listen(() => wake.abort());
    try {
      let patience = shortestPatience;
      while (!signal.aborted) {
        wake = new AbortController();
        this.#notifications.ensureConnected();
        const values = [checkpoint.transactionId, checkpoint.position, categories];
        const { rows } = await this.#pool.query<EventRow>({
          name: 'event_store.follow',
          text: readLog,
          values: [...values, batchSize],
        });
        if (signal.aborted) return;
        if (rows.length > 0) {
          await handle(rows.map(recordedEvent));
          const { transaction_id, position } = rows.at(-1)!;
          checkpoint = { transactionId: transaction_id, position };
          patience = shortestPatience;
        }
        if (rows.length === batchSize) continue;
        const { rows: waiting } = await this.#pool.query({
          name: 'event_store.waiting',
          text: somethingWaits,
          values,
        });
        if (waiting.length > 0) {
          // Committed already, but a transaction that began earlier is still running: nobody will notify us of its end.
          await pause(patience, [signal]);
          patience = Math.min(patience * 2, longestPatience);
          continue;
        }
        if (!signal.aborted) caughtUp?.();
        await pause(this.#pollInterval, [signal, wake.signal]);
      }
    } finally {
      await stopListening();
    }
  }

  async close(): Promise<void> {}
}

const shortestPatience = 2;
const longestPatience = 200;

async function pause(milliseconds: number, signals: AbortSignal[]): Promise<void> {
  await sleep(milliseconds, undefined, { signal: AbortSignal.any(signals) }).catch(() => {});
}

const eventColumns = /* sql */ `
  c.name as category, s.name as stream_id, e.revision, e.transaction_id::text, e.position::text,
  e.id, e.type, e.data, e.metadata, e.recorded_at`;

const readStream = /* sql */ `
  select ${eventColumns}
  from event_store.categories c
  join event_store.streams s on s.category_id = c.id
  join event_store.events e on e.stream_id = s.id
  where c.name = $1 and s.name = $2 and e.revision >= $3
  order by e.revision limit $4`;

/** Each category's next events by the index, then the first of all of them. */
const readLog = /* sql */ `
  select ${eventColumns}
  from event_store.categories c
  cross join lateral (
    select * from event_store.events e
    where e.category_id = c.id and (e.transaction_id, e.position) > ($1::bigint, $2::bigint)
      and e.transaction_id < (select event_store.horizon())
    order by e.transaction_id, e.position limit $4
  ) e
  join event_store.streams s on s.id = e.stream_id
  where $3::text[] is null or c.name = any ($3)
  order by e.transaction_id, e.position limit $4`;

const somethingWaits = /* sql */ `
  select from event_store.categories c
  where ($3::text[] is null or c.name = any ($3)) and exists (
    select from event_store.events e
    where e.category_id = c.id and (e.transaction_id, e.position) > ($1::bigint, $2::bigint)
  ) limit 1`;

interface AppendRow {
  revision: number;
  transaction_id: string;
  position: string;
  duplicate: boolean;
}

interface EventRow {
  category: string;
  stream_id: string;
  revision: number;
  transaction_id: string;
  position: string;
  id: string;
  type: string;
  data: Buffer;
  metadata: EventMetadata;
  recorded_at: Date;
}

function recordedEvent(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    data: new Uint8Array(row.data.buffer, row.data.byteOffset, row.data.length),
    metadata: row.metadata,
    stream: { category: row.category, id: row.stream_id },
    revision: row.revision,
    position: renderPosition(row),
    recordedAt: row.recorded_at,
  };
}

/** Two 64-bit numbers in hexadecimal digits of fixed width, so that positions sort as strings. */
function renderPosition(row: { transaction_id: string; position: string }): string {
  const digits = (decimal: string) => BigInt(decimal).toString(16).padStart(16, '0');
  return `${digits(row.transaction_id)}-${digits(row.position)}`;
}

function parsePosition(position: string | undefined): { transactionId: string; position: string } {
  if (position === undefined) return { transactionId: '0', position: '0' };
  const [, transactionId, place] = /^([0-9a-f]{16})-([0-9a-f]{16})$/.exec(position) ?? [];
  if (!transactionId || !place) throw new InvalidPosition(position);
  return {
    transactionId: BigInt(`0x${transactionId}`).toString(),
    position: BigInt(`0x${place}`).toString(),
  };
}

function appendArguments(appends: readonly Append[]): Buffer[] {
  const events = appends.flatMap((append) => append.events);
  return [
    textArray(appends.map((append) => append.stream.category)),
    textArray(appends.map((append) => append.stream.id)),
    integerArray(appends.map((append) => expectedNumber(append.expected))),
    integerArray(appends.flatMap((append, index) => append.events.map(() => index + 1))),
    uuidArray(events.map((event) => event.id)),
    textArray(events.map((event) => event.type)),
    binaryArray(
      'bytea',
      events.map((event) => event.data),
    ),
    textArray(events.map((event) => JSON.stringify(event.metadata))),
  ];
}

function expectedNumber(expected: ExpectedRevision): number {
  if (expected === 'any') return -2;
  return expected === 'no-stream' ? -1 : expected;
}

function appendError(error: unknown, appends: readonly Append[]): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  if (error.code === 'ES001') {
    const { stream, actual } = JSON.parse(error.detail!) as { stream: number; actual: number };
    const append = appends[stream - 1]!;
    return new WrongExpectedRevision(append.stream, append.expected, actual === -1 ? 'no-stream' : actual);
  }
  if (error.code === 'ES002') {
    const { stream, id } = JSON.parse(error.detail!) as { stream: number; id: string };
    return InvalidAppend.idTaken(id, appends[stream - 1]!.stream);
  }
  return error;
}
