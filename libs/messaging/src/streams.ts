import {
  DiscardPolicy,
  jetstreamManager,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';

export const FACTS = 'FACTS';
export const DEAD_LETTERS = 'DEAD_LETTERS';

export interface StreamSettings {
  /** Days that facts are kept: how long a service may be away without missing any. */
  factDays?: number;
  /** Days that dead letters wait for an operator. */
  deadLetterDays?: number;
  /** Minutes within which a fact published twice is stored once. */
  duplicateMinutes?: number;
  /** Copies in a NATS cluster (1, 3 or 5). */
  replicas?: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NAME_ALREADY_IN_USE = 10058;

/** Makes the streams of facts and of dead letters, or brings them to these settings. Several may call it at once. */
export async function ensureStreams(
  connection: NatsConnection,
  settings: StreamSettings = {},
): Promise<void> {
  const { factDays = 14, deadLetterDays = 90, duplicateMinutes = 5, replicas = 1 } = settings;
  const common = {
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    duplicate_window: nanos(duplicateMinutes * MINUTE),
    num_replicas: replicas,
  };
  await ensureStream(connection, {
    ...common,
    name: FACTS,
    subjects: ['fact.>'],
    max_age: nanos(factDays * DAY),
  });
  await ensureStream(connection, {
    ...common,
    name: DEAD_LETTERS,
    subjects: ['dead.>'],
    max_age: nanos(deadLetterDays * DAY),
  });
}

/** Makes a stream, or brings it to these settings. */
export async function ensureStream(
  connection: NatsConnection,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> {
  const { streams } = await jetstreamManager(connection);
  try {
    await streams.add(config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === NAME_ALREADY_IN_USE)) throw error;
    await streams.update(config.name, config);
  }
}
