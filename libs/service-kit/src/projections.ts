import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import type { EventStore, RecordedEvent } from '@metermesh/event-store';
import type pg from 'pg';
import { loadCheckpoints, lockCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { DATABASE, inTransaction } from './database.ts';
import { EVENT_STORE } from './tokens.ts';

/** A question answered from events: tables of this service, brought up to date in one transaction with its checkpoint. */
export interface Projection {
  /** Names the checkpoint: a new name builds the projection anew. */
  readonly name: string;
  /** Categories of streams it reads, all where left out. */
  readonly categories?: readonly string[];
  /** Events of one batch, in log order. Must not depend on being called once: it repeats after a crash before commit. */
  apply(client: pg.PoolClient, events: readonly RecordedEvent[]): Promise<void>;
}

export const PROJECTIONS = Symbol('PROJECTIONS');

/** Events that share a transaction: what is written at once is written faster. */
const BATCH_SIZE = 2000;
const RETRY_AFTER_MS = 500;
const REACH_TIMEOUT_MS = 10_000;
const REACH_POLL_MS = 20;

/**
 * Runs the service's projections, each from its own checkpoint, for as long as the service runs. Those that stand at the
 * same place share one walk through the log and one transaction a batch: the log is read once for all of them.
 */
@Injectable()
export class ProjectionHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ProjectionHost.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  onApplicationBootstrap(): void {
    if (this.projections.length > 0) this.running = this.run(this.projections);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * Waits until the projections of this service hold what was recorded up to `position`, so that a caller reads what
   * he wrote. Throws after ten seconds.
   */
  async reach(position: string | undefined): Promise<void> {
    if (position === undefined) return;
    const names = this.projections.map(({ name }) => name);
    const deadline = Date.now() + REACH_TIMEOUT_MS;
    for (;;) {
      const { rows } = await this.pool.query<{ behind: string }>(
        `SELECT wanted.name AS behind FROM unnest($1::text[]) AS wanted (name)
         LEFT JOIN service_kit.checkpoint c USING (name) WHERE c.position IS NULL OR c.position COLLATE "C" < $2`,
        [names, position],
      );
      if (rows.length === 0) return;
      if (Date.now() > deadline)
        throw new Error(`Projections are behind: ${rows.map((row) => row.behind).join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, REACH_POLL_MS));
    }
  }

  private async run(projections: readonly Projection[]): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const checkpoints = await loadCheckpoints(
          this.pool,
          projections.map(({ name }) => name),
        );
        const byPlace = Map.groupBy(projections, ({ name }) => checkpoints.get(name));
        // One that is rebuilt, or that fails, does not hold up the others.
        if (byPlace.size > 1)
          return void (await Promise.all([...byPlace.values()].map((group) => this.run(group))));
        // Checkpoints of several categories are compared by `reach`, so every projection walks the whole log.
        await this.store.subscribe({
          from: [...byPlace.keys()][0],
          batchSize: BATCH_SIZE,
          signal,
          handle: (batch) => this.applyBatch(projections, batch),
        });
      } catch (error) {
        if (signal.aborted) return;
        this.logger.error(
          { err: error, projections: projections.map(({ name }) => name) },
          'Projections stopped; each goes on from its checkpoint',
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      }
    }
  }

  private async applyBatch(
    projections: readonly Projection[],
    batch: readonly RecordedEvent[],
  ): Promise<void> {
    try {
      await inTransaction(this.pool, async (client) => {
        for (const projection of projections) await applyFresh(client, projection, batch);
      });
    } catch (error) {
      if (projections.length === 1) throw error;
      const alone = await Promise.allSettled(projections.map((each) => this.applyBatch([each], batch)));
      const failed = alone.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }
}

/** Replicas of a service share tables and checkpoint: each event is applied by whoever comes first. */
async function applyFresh(
  client: pg.PoolClient,
  projection: Projection,
  batch: readonly RecordedEvent[],
): Promise<void> {
  const reached = await lockCheckpoint(client, projection.name);
  const fresh = batch.filter(({ position }) => reached === undefined || position > reached);
  if (fresh.length === 0) return;
  const wanted = projection.categories;
  const events = wanted ? fresh.filter(({ stream }) => wanted.includes(stream.category)) : fresh;
  if (events.length > 0) await projection.apply(client, events);
  await saveCheckpoint(client, projection.name, fresh.at(-1)!.position);
}
