import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { DATABASE, ENVIRONMENT } from '@metermesh/service-kit';
import type pg from 'pg';
import { senderNames } from '../domain/sender.ts';
import type { Environment } from '../environment.ts';
import type { Submission } from '../submission.ts';

export interface QuarantinedRow {
  id: string;
  number: string;
  received_at: Date;
  source: string;
  code: string;
  message: string;
  device: string | null;
  payload: Buffer;
  context: Record<string, string>;
  attempts: number;
  status: 'WAITING' | 'REPLAYED' | 'DISCARDED';
}

/** Kept of one entry: a frame at its longest, so that what is too long does not fill the disk. */
const MOST_OCTETS = 65_536;

/** What a row takes besides its octets, about. */
const ROW_OCTETS = 512;
const MEASURED_EVERY_MS = 60_000;

const COLUMNS =
  'id, number::text, received_at, source, code, message, device, payload, context, attempts, status';

/** What came but could not become readings, for an operator to see, mend and replay. */
@Injectable()
export class Quarantine {
  private readonly logger = new Logger(Quarantine.name);
  private readonly mostOctets: number;
  private octets = 0;
  private measuredAt = -Infinity;

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) { QUARANTINE_MAX_MEGABYTES }: Environment,
  ) {
    this.mostOctets = QUARANTINE_MAX_MEGABYTES * 1024 * 1024;
  }

  /**
   * The same bytes again are the same entry, tried once more. Answers false, and keeps nothing, where there is no room:
   * anybody may connect, and must not fill the disk on which readings are written.
   */
  async keep(refused: readonly { submission: Submission; refusal: Refusal }[]): Promise<boolean> {
    if (refused.length === 0) return true;
    if (!(await this.hasRoom())) return false;
    const same = Map.groupBy(
      refused,
      ({ submission }) => `${submission.source} ${digestOf(submission).toString('hex')}`,
    );
    const entries = [...same.values()].map((group) => ({ ...group[0]!, attempts: group.length }));
    await this.pool.query(
      `INSERT INTO quarantined_frame (received_at, source, code, message, device, device_names, payload, context, digest, attempts)
       SELECT received_at, source, code, message, names->>0, ARRAY(SELECT jsonb_array_elements_text(names)), payload, context, digest, attempts
       FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bytea[], $7::jsonb[], $8::bytea[], $9::integer[])
         AS entry (received_at, source, code, message, names, payload, context, digest, attempts)
       ON CONFLICT (digest, source) WHERE status = 'WAITING'
       DO UPDATE SET attempts = quarantined_frame.attempts + EXCLUDED.attempts, code = EXCLUDED.code, message = EXCLUDED.message`,
      [
        entries.map(({ submission }) => new Date(submission.receivedAt)),
        entries.map(({ submission }) => submission.source),
        entries.map(({ refusal }) => refusal.code),
        entries.map(({ refusal }) => storable(refusal.message)),
        entries.map(({ submission: { sender } }) =>
          JSON.stringify(isRefusal(sender) ? [] : senderNames(sender)),
        ),
        entries.map(({ submission }) => Buffer.from(submission.payload.subarray(0, MOST_OCTETS))),
        entries.map(({ submission }) => storable(JSON.stringify(submission.context ?? {}))),
        entries.map(({ submission }) => digestOf(submission)),
        entries.map(({ attempts }) => attempts),
      ],
    );
    for (const { submission } of entries)
      this.octets += Math.min(submission.payload.length, MOST_OCTETS) + ROW_OCTETS;
    return true;
  }

  /** Counts what it keeps, and now and then measures what all replicas kept and operators settled. */
  private async hasRoom(): Promise<boolean> {
    if (performance.now() - this.measuredAt > MEASURED_EVERY_MS) {
      this.measuredAt = performance.now();
      const { rows } = await this.pool.query<{ octets: string }>(
        `SELECT coalesce(sum(length(payload) + $1::integer), 0) AS octets FROM quarantined_frame WHERE status = 'WAITING'`,
        [ROW_OCTETS],
      );
      this.octets = Number(rows[0]!.octets);
      if (this.octets >= this.mostOctets)
        this.logger.error({ octets: this.octets }, 'Quarantine is full: replay or discard what waits there');
    }
    return this.octets < this.mostOctets;
  }

  /** Latest first. `after` is the number of the last entry of the page before. */
  async page(
    limit: number,
    after: string | undefined,
    code: string | null | undefined,
  ): Promise<QuarantinedRow[]> {
    const { rows } = await this.pool.query<QuarantinedRow>(
      `SELECT ${COLUMNS} FROM quarantined_frame
       WHERE ($2::bigint IS NULL OR number < $2) AND ($3::text IS NULL OR code = $3) ORDER BY quarantined_frame.number DESC LIMIT $1`,
      [limit, after ?? null, code ?? null],
    );
    return rows;
  }

  async byIds(ids: readonly string[]): Promise<QuarantinedRow[]> {
    const { rows } = await this.pool.query<QuarantinedRow>(
      `SELECT ${COLUMNS} FROM quarantined_frame WHERE id::text = ANY ($1) ORDER BY quarantined_frame.number`,
      [ids],
    );
    return rows;
  }

  /** Entries of devices with one of the names that wait for what the codes name, oldest first, behind the number `after`. */
  async waiting(
    deviceNames: readonly string[],
    codes: RegExp,
    limit: number,
    after: string,
  ): Promise<QuarantinedRow[]> {
    const { rows } = await this.pool.query<QuarantinedRow>(
      `SELECT ${COLUMNS} FROM quarantined_frame
       WHERE status = 'WAITING' AND device_names && $1 AND code ~ $2 AND number > $4 ORDER BY quarantined_frame.number LIMIT $3`,
      [deviceNames, codes.source, limit, after],
    );
    return rows;
  }

  /** @param names of the device, as far as it became known meanwhile */
  async triedAgain(id: string, refusal: Refusal, names: readonly string[]): Promise<void> {
    await this.pool.query(
      `UPDATE quarantined_frame SET attempts = attempts + 1, code = $2, message = $3,
              device_names = ARRAY(SELECT DISTINCT unnest(device_names || $4::text[]))
       WHERE id::text = $1 AND status = 'WAITING'`,
      [id, refusal.code, storable(refusal.message), names],
    );
  }

  /** Ends an entry's wait and says who decided so, and why. Answers whether it was waiting. */
  async settle(
    id: string,
    status: 'REPLAYED' | 'DISCARDED',
    actor: string,
    reason?: string,
  ): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE quarantined_frame SET status = $2, decided_by = $3, decision_reason = $4, decided_at = now(),
              attempts = attempts + CASE WHEN $2 = 'REPLAYED' THEN 1 ELSE 0 END
       WHERE id::text = $1 AND status = 'WAITING'`,
      [id, status, actor, reason ?? null],
    );
    return rowCount === 1;
  }
}

/** Messages quote what came, which may hold what Postgres has no text for. */
const storable = (text: string) => text.replaceAll('\0', '\ufffd');

/** The same bytes that came another way, or for another of their devices, are another entry. */
function digestOf({ payload, context = {} }: Submission): Buffer {
  const hash = createHash('sha256').update(payload);
  for (const [name, value] of Object.entries(context).sort()) hash.update(`\n${name}=${value}`);
  return hash.digest();
}
