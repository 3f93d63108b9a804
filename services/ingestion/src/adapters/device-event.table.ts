import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DATABASE, pageOf, type Page } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Span } from './reading.table.ts';

export interface DeviceEventRow {
  event_id: string;
  serial_number: string;
  usage_point_id: string | null;
  time_zone: string | null;
  type: string;
  code: string;
  name: string;
  occurred_at: Date | null;
  received_at: Date;
  happened_at: Date;
  source: string;
}

/** A page of events, latest first, then by id. */
export interface EventPage extends Page {
  readonly behind: { readonly happenedAt: string; readonly id: string } | undefined;
}

/** What is asked for; instants are half-open, and count where the event has no time of its own for its arrival. */
export interface DeviceEventFilter {
  readonly type?: string | null;
  readonly serialNumber?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** When a usage point's events may be seen. */
export interface PlaceAndSpans {
  readonly usagePointId: string;
  readonly spans: readonly Span[];
}

const SELECT = `SELECT event_id, serial_number, usage_point_id, time_zone, type, code, name, occurred_at, received_at, happened_at, source
  FROM device_event LEFT JOIN usage_point USING (usage_point_id)`;
const LATEST_FIRST = 'ORDER BY happened_at DESC, event_id';

/** What devices told of themselves. */
@Injectable()
export class DeviceEvents {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(id: string): Promise<DeviceEventRow | undefined> {
    const { rows } = await this.pool.query<DeviceEventRow>(`${SELECT} WHERE event_id::text = $1`, [
      id.toLowerCase(),
    ]);
    return rows[0];
  }

  /** Latest first, one row more than the page has room for where there is one. */
  async page(
    { limit, behind }: EventPage,
    { type, serialNumber, from, to }: DeviceEventFilter,
  ): Promise<DeviceEventRow[]> {
    const { rows } = await this.pool.query<DeviceEventRow>(
      `${SELECT} WHERE ($2::text IS NULL OR type = $2) AND ($3::text IS NULL OR serial_number = $3)
         AND ($4::timestamptz IS NULL OR happened_at >= $4) AND ($5::timestamptz IS NULL OR happened_at < $5)
         AND ($6::timestamptz IS NULL OR happened_at < $6 OR (happened_at = $6 AND event_id::text > $7))
       ${LATEST_FIRST} LIMIT $1`,
      [
        limit + 1,
        type ?? null,
        serialNumber ?? null,
        from ?? null,
        to ?? null,
        behind?.happenedAt ?? null,
        behind?.id ?? null,
      ],
    );
    return rows;
  }

  /** Latest first, of one meter or of all, at places while they may be seen; without `places` anywhere at any time. */
  async latest(
    serialNumber: string | undefined,
    places: readonly PlaceAndSpans[] | undefined,
    type: string | undefined,
    limit: number,
  ): Promise<DeviceEventRow[]> {
    const seen = places?.flatMap(({ usagePointId, spans }) =>
      spans.map((span) => ({ usagePointId, ...span })),
    );
    const { rows } = await this.pool.query<DeviceEventRow>(
      `${SELECT} WHERE ($1::text IS NULL OR serial_number = $1) AND ($2::text IS NULL OR type = $2)
         AND ($3::text[] IS NULL OR EXISTS (
           SELECT FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) AS place (id, start, stop)
           WHERE id = usage_point_id AND happened_at >= start AND happened_at < stop))
       ${LATEST_FIRST} LIMIT $6`,
      [
        serialNumber ?? null,
        type ?? null,
        seen?.map(({ usagePointId }) => usagePointId) ?? null,
        seen?.map(({ from }) => from) ?? null,
        seen?.map(({ to }) => to) ?? null,
        limit,
      ],
    );
    return rows;
  }
}

/** The page that `first` and `after` ask for. Refusals: `PAGE_SIZE_INVALID`, `CURSOR_INVALID`. */
export function eventPageOf(first?: number | null, after?: string | null): EventPage | Refusal {
  const page = pageOf(first, after);
  if (isRefusal(page)) return page;
  if (page.after === undefined) return { ...page, behind: undefined };
  const [happenedAt = '', id] = page.after.split(' ');
  if (!id || Number.isNaN(Date.parse(happenedAt)))
    return refuse(
      'CURSOR_INVALID',
      'after is no cursor of this list; take it from pageInfo.endCursor, or leave it out.',
    );
  return { ...page, behind: { happenedAt, id } };
}

export const cursorOf = ({ happened_at, event_id }: DeviceEventRow) =>
  `${happened_at.toISOString()} ${event_id}`;
