import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DeviceEventRecordedSchema } from '@metermesh/contracts';
import {
  PostgresEventStore,
  renderStreamName,
  streamName,
  type Append,
  type EventStore,
} from '@metermesh/event-store';
import type { DecodedPush } from '@metermesh/protocols';
import { DATABASE, EVENT_STORE, inTransaction, newEvent } from '@metermesh/service-kit';
import type pg from 'pg';
import type { NewRecord } from '../domain/new-record.ts';
import type { Outcome } from '../submission.ts';
import { InvocationCounters } from './invocation-counters.table.ts';

export const METER_READINGS = 'meter-readings';
export const METER_EVENTS = 'meter-events';

/** What one submission becomes, ready to be recorded. */
export interface Entry {
  readonly serialNumber: string;
  /** Of the keys with which it was read, where the meter has any. */
  readonly keyVersion: string | undefined;
  readonly push: DecodedPush;
  readonly records: readonly NewRecord[];
  readonly leftAside: readonly Refusal[];
  readonly isCounted: boolean;
  readonly isToldRepeats: boolean;
}

/** Appends the records of many submissions at once, together with the invocation counters that they came with. */
@Injectable()
export class ReadingLog {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  /** One outcome an entry, after the commit. Refuses with INVOCATION_COUNTER_REPLAYED; passes other refusals through. */
  async append(entries: readonly (Entry | Refusal)[]): Promise<Outcome[]> {
    if (entries.every(isRefusal)) return [...entries];
    return inTransaction(this.pool, async (client) => {
      const admitted = await this.admit(client, entries);
      const before = await this.recordedBefore(admitted);
      const appends = appendsOf(admitted);
      const results =
        this.store instanceof PostgresEventStore
          ? await this.store.appendWith(client, ...appends)
          : await this.store.append(...appends);
      const duplicates = new Set(
        results.filter(({ duplicate }) => duplicate).map(({ stream }) => renderStreamName(stream)),
      );
      return admitted.map((entry) => {
        if (isRefusal(entry)) return entry;
        const isRepeat = entry.records.every(
          (record) => before.has(record.id) || duplicates.has(renderStreamName(streamOf(entry, record))),
        );
        return {
          status: entry.records.length === 0 ? 'passed-over' : isRepeat ? 'repeated' : 'recorded',
          push: entry.push,
          readings: entry.records.filter((record) => !isDeviceEvent(record)).map(({ id }) => id),
          leftAside: entry.leftAside,
        } as const;
      });
    });
  }

  /** Refuses entries whose invocation counter is not above the last, unless they repeat what is recorded already. */
  private async admit(
    client: pg.PoolClient,
    entries: readonly (Entry | Refusal)[],
  ): Promise<(Entry | Refusal)[]> {
    const counters = await InvocationCounters.lock(
      client,
      entries.flatMap((entry) => (!isRefusal(entry) && countsInvocations(entry) ? [counted(entry)] : [])),
    );
    const inThisGroup = new Set<string>();
    const admitted: (Entry | Refusal)[] = [];
    for (const entry of entries) {
      const stale =
        !isRefusal(entry) &&
        countsInvocations(entry) &&
        !counters.advance(counted(entry), entry.push.invocationCounter!);
      const outcome = stale && !(await this.isRecorded(entry, inThisGroup)) ? replayed(entry) : entry;
      if (!isRefusal(outcome)) for (const { id } of outcome.records) inThisGroup.add(id);
      admitted.push(outcome);
    }
    await counters.save(client);
    return admitted;
  }

  private async isRecorded(entry: Entry, inThisGroup: ReadonlySet<string>): Promise<boolean> {
    const recorded = await this.recordedIds([entry]);
    return entry.records.every(({ id }) => inThisGroup.has(id) || recorded.has(id));
  }

  /**
   * What was recorded before in streams to which several submissions of this group append: for those the store's own
   * answer, that the whole stream had nothing new, does not tell one submission from another. Meters do not care, and
   * are not made to wait for it.
   */
  private async recordedBefore(entries: readonly (Entry | Refusal)[]): Promise<ReadonlySet<string>> {
    const valid = entries.flatMap((entry) => (isRefusal(entry) ? [] : [entry]));
    const bySerial = Map.groupBy(valid, ({ serialNumber }) => serialNumber);
    const unclear = [...bySerial.values()].filter(
      (group) => group.length > 1 && group.some(({ isToldRepeats }) => isToldRepeats),
    );
    return this.recordedIds(unclear.flat());
  }

  private async recordedIds(entries: readonly Entry[]): Promise<Set<string>> {
    const streams = new Map(
      entries.flatMap((entry) =>
        entry.records.map((record) => {
          const stream = streamOf(entry, record);
          return [renderStreamName(stream), stream] as const;
        }),
      ),
    );
    const ids = new Set<string>();
    for (const stream of streams.values()) for await (const { id } of this.store.read(stream)) ids.add(id);
    return ids;
  }
}

const countsInvocations = ({ push, isCounted }: Entry) => push.invocationCounter !== undefined && isCounted;

const counted = ({ serialNumber, keyVersion = '' }: Entry) => ({ serialNumber, keyVersion });

const streamOf = ({ serialNumber }: Entry, { month, event }: NewRecord) =>
  streamName(isDeviceEvent({ event }) ? METER_EVENTS : METER_READINGS, `${serialNumber}-${month}`);

const isDeviceEvent = ({ event }: Pick<NewRecord, 'event'>) =>
  event.$typeName === DeviceEventRecordedSchema.typeName;

function replayed({ serialNumber, push }: Entry): Refusal {
  return refuse(
    'INVOCATION_COUNTER_REPLAYED',
    `Meter ${serialNumber} sent something new under invocation counter ${push.invocationCounter}, which it has used or passed. ` +
      `Replay it if it is late but genuine; else somebody repeats old frames, or the meter was reset: set a new key, then discard this.`,
  );
}

/** One append a stream, each event once. */
function appendsOf(entries: readonly (Entry | Refusal)[]): Append[] {
  const appends = new Map<string, Append & { events: ReturnType<typeof newEvent>[] }>();
  const seen = new Set<string>();
  for (const entry of entries) {
    if (isRefusal(entry)) continue;
    for (const record of entry.records) {
      if (seen.has(record.id)) continue;
      seen.add(record.id);
      const stream = streamOf(entry, record);
      const name = renderStreamName(stream);
      const append = appends.get(name) ?? { stream, expected: 'any', events: [] };
      append.events.push(newEvent(record.event, { actor: 'ingestion' }, record.id));
      appends.set(name, append);
    }
  }
  return [...appends.values()];
}
