import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { decodeEvent } from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import { DATABASE, type Page, type Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { EndDeviceControlEvent } from '../domain/end-device-control.ts';
import { kindName } from '../domain/supply-switch.ts';
import { stepOf, type ControlStep } from '../projections/control-step.ts';
import { CONTROL_CATEGORY } from './end-device-controls.ts';
import { noteSwitch } from './supply-switches.table.ts';

export interface ControlRow {
  id: string;
  kind: 'REMOTE_DISCONNECT' | 'REMOTE_RECONNECT';
  usagePointId: string;
  serialNumber: string;
  reason: string;
  status: ControlStep['status'];
  requestedBy: string;
  requestedAt: Date;
  expiresAt: Date;
  approvedBy: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  history: ControlStep[];
  /** Of the request behind the last step that a person took. */
  correlationId: string | null;
  /** The unpaid bill that billing asked for it because of. */
  billId: string | null;
}

const COLUMNS = `id, kind, usage_point_id AS "usagePointId", serial_number AS "serialNumber", reason, status,
  requested_by AS "requestedBy", requested_at AS "requestedAt", expires_at AS "expiresAt", approved_by AS "approvedBy",
  failure_code AS "failureCode", failure_message AS "failureMessage", history,
  correlation_id AS "correlationId", bill_id AS "billId"`;

/** Which controls are there, how far are they, and which is due? */
@Injectable()
export class Controls {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async byId(ids: readonly string[]): Promise<Map<string, ControlRow>> {
    const { rows } = await this.pool.query<ControlRow>(
      `SELECT ${COLUMNS} FROM end_device_control WHERE id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  async underWayAt(usagePointId: string): Promise<ControlRow | undefined> {
    const { rows } = await this.pool.query<ControlRow>(
      `SELECT ${COLUMNS} FROM end_device_control
       WHERE usage_point_id = $1 AND status IN ('REQUESTED', 'APPROVED', 'SENT')`,
      [usagePointId],
    );
    return rows[0];
  }

  /** One more row than the page holds, if there is one; latest first. */
  async page(
    { limit, after }: Page,
    usagePointId?: string | null,
    status?: string | null,
  ): Promise<ControlRow[]> {
    const { rows } = await this.pool.query<ControlRow>(
      `SELECT ${COLUMNS} FROM end_device_control
       WHERE ($1::text IS NULL OR (to_char(requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || id) COLLATE "C" < $1)
         AND ($2::text IS NULL OR usage_point_id = $2) AND ($3::text IS NULL OR status = $3)
       ORDER BY requested_at DESC, id DESC LIMIT $4`,
      [after ?? null, usagePointId ?? null, status ?? null, limit + 1],
    );
    return rows;
  }

  /** Takes one control that is to be carried out or has run out of time, for this replica alone until `leaseMs` is over. */
  async takeDue(leaseMs: number): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ control_id: string }>(
      `INSERT INTO control_lease (control_id, until)
       SELECT id, now() + $1 * interval '1 millisecond' FROM end_device_control c
       WHERE (status IN ('APPROVED', 'SENT') OR (status = 'REQUESTED' AND expires_at <= now()))
         AND NOT EXISTS (SELECT FROM control_lease l WHERE l.control_id = c.id AND l.until > now())
       ORDER BY requested_at LIMIT 1
       ON CONFLICT (control_id) DO UPDATE SET until = EXCLUDED.until WHERE control_lease.until <= now()
       RETURNING control_id`,
      [leaseMs],
    );
    return rows[0]?.control_id;
  }

  /** Lets the control be taken again, after a pause. */
  async release(controlId: string, pauseMs: number): Promise<void> {
    await this.pool.query(
      `UPDATE control_lease SET until = now() + $2 * interval '1 millisecond' WHERE control_id = $1`,
      [controlId, pauseMs],
    );
  }
}

/** The cursor that `page` understands. */
export const cursorOf = ({ requestedAt, id }: ControlRow): string => requestedAt.toISOString() + id;

export const controlsProjection: Projection = {
  name: 'controls',
  categories: [CONTROL_CATEGORY],
  async apply(client, events) {
    for (const recorded of events) await applyEvent(client, recorded);
  },
};

async function applyEvent(client: pg.PoolClient, recorded: RecordedEvent): Promise<void> {
  const event = decodeEvent<EndDeviceControlEvent>(recorded);
  const step = stepOf(event);
  if (event.$typeName === 'metermesh.control.v1.EndDeviceControlRequested') {
    await client.query(
      `INSERT INTO end_device_control
         (id, kind, usage_point_id, serial_number, reason, status, requested_by, requested_at, expires_at, history,
          correlation_id, bill_id)
       VALUES ($1, $2, $3, $4, $5, 'REQUESTED', $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
      [
        event.controlId,
        kindName(event.kind),
        event.usagePointId,
        event.serialNumber,
        event.reason,
        event.requestedBy,
        timestampDate(event.requestedAt!),
        timestampDate(event.expiresAt!),
        JSON.stringify([step]),
        recorded.metadata.correlationId,
        event.billId || null,
      ],
    );
    return;
  }
  const { rows } = await client.query<{ usage_point_id: string; kind: ControlRow['kind'] }>(
    `UPDATE end_device_control SET status = $2, history = history || $3::jsonb,
       approved_by = coalesce($4, approved_by), failure_code = $5, failure_message = $6,
       correlation_id = coalesce($7, correlation_id)
     WHERE id = $1 RETURNING usage_point_id, kind`,
    [
      event.controlId,
      step.status,
      JSON.stringify([step]),
      ...particularsOf(event),
      recorded.metadata.correlationId,
    ],
  );
  const [{ usage_point_id: usagePointId, kind }] = rows as [(typeof rows)[number]];
  await noteSwitch(client, usagePointId, kind, event);
}

/** Who approved, and the code and words of a failure or rejection. */
function particularsOf(event: EndDeviceControlEvent): [string | null, string | null, string | null] {
  switch (event.$typeName) {
    case 'metermesh.control.v1.EndDeviceControlApproved':
      return [event.approvedBy, null, null];
    case 'metermesh.control.v1.EndDeviceControlFailed':
      return [null, event.code, event.message];
    case 'metermesh.control.v1.EndDeviceControlRejected':
      return [null, 'REJECTED', event.reason];
    default:
      return [null, null, null];
  }
}
