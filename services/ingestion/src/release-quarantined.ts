import { Inject, Injectable, Logger } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { Quarantine, type QuarantinedRow } from './adapters/quarantine.table.ts';
import { MISSING_YET } from './domain/missing-yet.ts';
import { senderNames } from './domain/sender.ts';
import { RecordReadings } from './record-readings.ts';
import type { Submission } from './submission.ts';
import { WAYS_IN, type WaysIn } from './ways-in.ts';

/** Tried together, so that they share transactions. */
const AT_ONCE = 100;

/** Takes quarantined submissions through the same way again. */
@Injectable()
export class ReleaseQuarantined {
  private readonly logger = new Logger(ReleaseQuarantined.name);

  constructor(
    private readonly quarantine: Quarantine,
    private readonly recordReadings: RecordReadings,
    @Inject(WAYS_IN) private readonly waysIn: WaysIn,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {
    recordReadings.whenKnownMeanwhile((deviceNames) => {
      this.waitingForNames(deviceNames).catch((error: unknown) =>
        this.logger.error({ err: error }, 'What quarantine keeps could not be tried again: replay it'),
      );
    });
  }

  async waitingForMeter(serialNumber: string): Promise<void> {
    const { rows } = await this.pool.query<{ system_title: Buffer | null; addresses: string[] }>(
      'SELECT system_title, addresses FROM meter WHERE serial_number = $1',
      [serialNumber],
    );
    const title = rows[0]?.system_title?.toString('hex').toUpperCase();
    await this.waitingForNames([serialNumber, ...(title ? [title] : []), ...(rows[0]?.addresses ?? [])]);
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
    const submissions = await this.submissionsOf(row);
    const refusal = submissions.length === 0 ? refuse(row.code, row.message) : await this.record(submissions);
    if (refusal) await this.quarantine.triedAgain(row.id, refusal, submissions.flatMap(namesOf));
    else await this.quarantine.settle(row.id, 'REPLAYED', actor);
    return refusal;
  }

  private async submissionsOf(row: QuarantinedRow): Promise<readonly Submission[]> {
    const kept = { payload: row.payload, context: row.context, receivedAt: row.received_at.getTime() };
    return (await this.waysIn.get(row.source)?.submissionsOf(kept)) ?? [];
  }

  /** Of a frame that speaks for several devices all are tried, and the first refusal keeps it. */
  private async record(submissions: readonly Submission[]): Promise<Refusal | undefined> {
    const released = (submission: Submission) => ({ ...submission, isKeptAside: false, isCounted: false });
    const outcomes = await Promise.all(
      submissions.map((submission) => this.recordReadings.record(released(submission))),
    );
    return outcomes
      .map((outcome) => (isRefusal(outcome) ? outcome : outcome.leftAside[0]))
      .find((refusal) => refusal !== undefined);
  }

  /** Of devices that are called by one of the names. */
  async waitingForNames(deviceNames: readonly string[]): Promise<void> {
    let rows: QuarantinedRow[] = [];
    do {
      rows = await this.quarantine.waiting(deviceNames, MISSING_YET, AT_ONCE, rows.at(-1)?.number ?? '0');
      await Promise.all(rows.map((row) => this.release(row, 'ingestion')));
    } while (rows.length === AT_ONCE);
  }
}

const namesOf = ({ sender }: Submission) => (isRefusal(sender) ? [] : senderNames(sender));
