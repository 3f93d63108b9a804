import { Inject, Injectable } from '@nestjs/common';
import {
  decodeEvent,
  RegisterReadSchema,
  type LoadProfileRecorded,
  type RegisterRead,
} from '@metermesh/contracts';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';

export interface StoredReading {
  readonly id: string;
  readonly recorded: LoadProfileRecorded | RegisterRead;
}

export interface RegisterReading extends StoredReading {
  readonly recorded: RegisterRead;
}

interface ReadingRow {
  event_id: string;
  event_type: string;
  data: Buffer;
}

/** Instants between which readings may be seen, half-open. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** Readings as they were recorded. */
@Injectable()
export class Readings {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<StoredReading | undefined> {
    const { rows } = await this.pool.query<ReadingRow>(
      'SELECT event_id, event_type, data FROM reading WHERE event_id::text = $1',
      [id.toLowerCase()],
    );
    return rows[0] && storedReading(rows[0]);
  }

  /** Latest received first, of those received, or where registers were read: read, within one of the spans. */
  latest(usagePointId: string, spans: readonly Span[], limit: number): Promise<StoredReading[]> {
    return this.select('received_at', '', usagePointId, spans, limit);
  }

  /** Latest read first, of those read within one of the spans. */
  async latestRegisters(
    usagePointId: string,
    spans: readonly Span[],
    limit: number,
  ): Promise<RegisterReading[]> {
    return (await this.select(
      'read_at',
      'AND read_at IS NOT NULL',
      usagePointId,
      spans,
      limit,
    )) as RegisterReading[];
  }

  private async select(
    time: 'received_at' | 'read_at',
    further: string,
    usagePointId: string,
    spans: readonly Span[],
    limit: number,
  ): Promise<StoredReading[]> {
    const { rows } = await this.pool.query<ReadingRow>(
      `SELECT event_id, event_type, data FROM reading
       WHERE usage_point_id = $1 ${further} AND EXISTS (
         SELECT FROM unnest($2::timestamptz[], $3::timestamptz[]) AS span (start, stop)
         WHERE coalesce(read_at, received_at) >= start AND coalesce(read_at, received_at) < stop)
       ORDER BY ${time} DESC, event_id LIMIT $4`,
      [usagePointId, spans.map(({ from }) => from), spans.map(({ to }) => to), limit],
    );
    return rows.map(storedReading);
  }
}

export function isRegisterReading(reading: StoredReading): reading is RegisterReading {
  return reading.recorded.$typeName === RegisterReadSchema.typeName;
}

const storedReading = (row: ReadingRow): StoredReading => ({
  id: row.event_id,
  recorded: decodeEvent({ type: row.event_type, data: row.data }),
});
