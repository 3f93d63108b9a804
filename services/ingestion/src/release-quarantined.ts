import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { Quarantine, type QuarantinedRow } from './adapters/quarantine.table.ts';
import { DLMS_PUSH, dlmsSubmission } from './head-end/dlms-submission.ts';
import { RecordReadings } from './record-readings.ts';
import type { Submission } from './submission.ts';
import { HTTP_CSV, HTTP_JSON, rowSubmission } from './upload/row-submission.ts';

/** Codes of what is only missing yet: tried again by itself as soon as device-registry tells more of the meter. */
const MISSING_YET = [
  'UNKNOWN_METER',
  'METER_NOT_INSTALLED',
  'USAGE_POINT_UNKNOWN',
  'DLMS_KEY_MISSING',
  'UNKNOWN_CHANNEL',
];
/** Tried together, so that they share transactions. */
const AT_ONCE = 100;

/** Takes quarantined submissions through the same way again. */
@Injectable()
export class ReleaseQuarantined {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly recordReadings: RecordReadings,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  async waitingForMeter(serialNumber: string): Promise<void> {
    const { rows } = await this.pool.query<{ system_title: Buffer | null }>(
      'SELECT system_title FROM meter WHERE serial_number = $1',
      [serialNumber],
    );
    const title = rows[0]?.system_title?.toString('hex').toUpperCase();
    await this.releaseWaiting(title ? [serialNumber, title] : [serialNumber]);
  }

  async waitingForUsagePoint(usagePointId: string): Promise<void> {
    const { rows } = await this.pool.query<{ serial_number: string }>(
      'SELECT DISTINCT serial_number FROM meter_movement WHERE usage_point_id = $1',
      [usagePointId],
    );
    for (const { serial_number } of rows) await this.waitingForMeter(serial_number);
  }

  /** Tries one entry; the refusal that keeps it in quarantine, or nothing where it is recorded now. */
  async release(row: QuarantinedRow, actor: string): Promise<Refusal | undefined> {
    if (row.status !== 'WAITING') {
      return refuse(
        'NOT_WAITING',
        `Frame ${row.id} is ${row.status.toLowerCase()} already: nothing is left to do.`,
      );
    }
    const submission = submissionOf(row);
    if (isRefusal(submission)) return submission;
    const outcome = await this.recordReadings.record(submission);
    const refusal = isRefusal(outcome) ? outcome : outcome.leftAside[0];
    if (refusal) await this.quarantine.triedAgain(row.id, refusal);
    else await this.quarantine.settle(row.id, 'REPLAYED', actor);
    return refusal;
  }

  private async releaseWaiting(devices: readonly string[]): Promise<void> {
    let rows: QuarantinedRow[] = [];
    do {
      rows = await this.quarantine.waiting(devices, MISSING_YET, AT_ONCE, rows.at(-1)?.number ?? '0');
      await Promise.all(rows.map((row) => this.release(row, 'ingestion')));
    } while (rows.length === AT_ONCE);
  }
}

function submissionOf(row: QuarantinedRow): Submission | Refusal {
  const receivedAt = row.received_at.getTime();
  const released = { isKeptAside: false, isCounted: false };
  if (row.source === DLMS_PUSH) return { ...dlmsSubmission(row.payload, receivedAt), ...released };
  if (row.source === HTTP_JSON || row.source === HTTP_CSV) {
    return { ...rowSubmission(row.payload.toString('utf8'), row.source, receivedAt), ...released };
  }
  return refuse(row.code, row.message);
}
