import * as eventStores from '@metermesh/event-store';
import type pg from 'pg';
import { EnvironmentError } from './environment.ts';

/** The event store that the environment names: in the service's own database, or KurrentDB. */
export async function openEventStore(
  environment: { EVENT_STORE: 'postgres' | 'kurrentdb'; KURRENTDB_URL?: string | undefined },
  pool: pg.Pool,
): Promise<eventStores.EventStore> {
  if (environment.EVENT_STORE === 'kurrentdb') {
    if (!environment.KURRENTDB_URL)
      throw new EnvironmentError(['KURRENTDB_URL is not set, and EVENT_STORE is kurrentdb']);
    return eventStores.KurrentDbEventStore.connect(environment.KURRENTDB_URL);
  }
  const store = new eventStores.PostgresEventStore(pool);
  await store.migrate();
  return store;
}
