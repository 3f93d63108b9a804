import { Inject, Injectable } from '@nestjs/common';
import type { DownlinkMessage } from '@metermesh/protocols';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';

export interface RequestedDownlink {
  readonly id: string;
  readonly serialNumber: string;
  readonly address: string;
  readonly client: string;
  readonly port: number;
  readonly payload: Uint8Array;
  /** As it was given, where the codec encoded it. */
  readonly command?: object;
  readonly confirmed: boolean;
  readonly requestedBy: string;
  readonly reason: string;
}

export interface DownlinkRow {
  id: string;
  serial_number: string;
  port: number;
  payload: Buffer;
  command: object | null;
  confirmed: boolean;
  requested_by: string;
  reason: string;
  requested_at: Date;
  status: string;
  status_at: Date;
  explanation: string | null;
}

/** In the order in which they come: a status is not followed by an earlier one. */
const STATUSES = ['REQUESTED', 'QUEUED', 'SENT', 'NOT_ACKNOWLEDGED', 'FAILED', 'ACKNOWLEDGED'];

const STATUS_OF: Readonly<Record<DownlinkMessage['outcome'], string>> = {
  queued: 'QUEUED',
  sent: 'SENT',
  'not-acknowledged': 'NOT_ACKNOWLEDGED',
  failed: 'FAILED',
  acknowledged: 'ACKNOWLEDGED',
};

/** What devices were sent, who asked for it and why, and what became of it. */
@Injectable()
export class Downlinks {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async request(downlink: RequestedDownlink): Promise<DownlinkRow> {
    const { rows } = await this.pool.query<DownlinkRow>(
      `INSERT INTO downlink (id, serial_number, address, client, port, payload, command, confirmed, requested_by, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
      [
        downlink.id,
        downlink.serialNumber,
        downlink.address,
        downlink.client,
        downlink.port,
        Buffer.from(downlink.payload),
        downlink.command ?? null,
        downlink.confirmed,
        downlink.requestedBy,
        downlink.reason,
      ],
    );
    return rows[0]!;
  }

  /** Notes an outcome, which only the network server counts for to which the downlink went. */
  async settle({ references, outcome, reason }: DownlinkMessage, client: string, at: number): Promise<void> {
    if (references.length === 0) return;
    await this.pool.query(
      `UPDATE downlink SET status = $3, status_at = $4, explanation = coalesce($5, explanation)
       WHERE id = ANY ($1) AND client = $2 AND array_position($6, status) < array_position($6, $3)`,
      [references, client, STATUS_OF[outcome], new Date(at), reason ?? null, STATUSES],
    );
  }

  /** Latest first. */
  async ofMeter(serialNumber: string, last: number): Promise<DownlinkRow[]> {
    const { rows } = await this.pool.query<DownlinkRow>(
      'SELECT * FROM downlink WHERE serial_number = $1 ORDER BY requested_at DESC, id LIMIT $2',
      [serialNumber, last],
    );
    return rows;
  }
}
