import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DATABASE } from '@metermesh/service-kit';
import type pg from 'pg';
import { better, STANDS_FOR_MS, type ClockReading } from '../domain/clock-reading.ts';
import { clockSkew } from '../metrics.ts';

export interface MeterClockRow {
  serial_number: string;
  skew_seconds: number;
  measured_at: Date;
  invalid_since: Date | null;
}

const WRITTEN_AFTER_MS = 1000;
const COLUMNS = 'serial_number, skew_ms::float8 / 1000 AS skew_seconds, measured_at, invalid_since';

/**
 * Clocks of meters. What pushes tell of them is gathered for a second and then written at once, so that it costs those
 * who wait for an acknowledgement nothing; a crash loses that second, and the next push tells it again.
 */
@Injectable()
export class MeterClocks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(MeterClocks.name);
  private gathered = new Map<string, { best: ClockReading; last: ClockReading }>();
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  observe(serialNumber: string, reading: ClockReading): void {
    clockSkew.observe(Math.abs(reading.skew) / 1000);
    const before = this.gathered.get(serialNumber);
    this.gathered.set(serialNumber, {
      best: before ? better(before.best, reading) : reading,
      last: before && before.last.measuredAt > reading.measuredAt ? before.last : reading,
    });
    this.timer ??= setTimeout(() => this.writeSoon(), WRITTEN_AFTER_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.writeSoon();
    await this.writing;
  }

  async bySerialNumber(serialNumbers: readonly string[]): Promise<ReadonlyMap<string, MeterClockRow>> {
    const { rows } = await this.pool.query<MeterClockRow>(
      `SELECT ${COLUMNS} FROM meter_clock WHERE serial_number = ANY ($1)`,
      [serialNumbers],
    );
    return new Map(rows.map((row) => [row.serial_number, row]));
  }

  /** Clocks that are more than so many seconds off, or wrong by what their meters say; farthest off first. */
  async deviating(beyondSeconds: number, limit: number): Promise<MeterClockRow[]> {
    const { rows } = await this.pool.query<MeterClockRow>(
      `SELECT ${COLUMNS} FROM meter_clock WHERE abs(skew_ms) > $1::bigint * 1000 OR invalid_since IS NOT NULL
       ORDER BY abs(skew_ms) DESC, serial_number LIMIT $2`,
      [beyondSeconds, limit],
    );
    return rows;
  }

  private writeSoon(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { gathered } = this;
    this.gathered = new Map();
    this.writing = this.writing
      .then(() => this.write(gathered))
      .catch((error: unknown) => this.logger.warn({ err: error }, 'Clocks of meters could not be written'));
  }

  /** In the order of serial numbers, so that replicas that write the same rows wait for each other in turn. */
  private async write(gathered: ReadonlyMap<string, { best: ClockReading; last: ClockReading }>) {
    if (gathered.size === 0) return;
    const clocks = [...gathered].sort(([a], [b]) => (a < b ? -1 : 1));
    await this.pool.query(
      `INSERT INTO meter_clock (serial_number, skew_ms, measured_at, told_at, invalid_since)
       SELECT serial, skew, measured, told, CASE WHEN invalid THEN told END
       FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::boolean[])
         AS clock (serial, skew, measured, told, invalid)
       ON CONFLICT (serial_number) DO UPDATE SET
         (skew_ms, measured_at) = (
           SELECT CASE WHEN stays THEN meter_clock.skew_ms ELSE EXCLUDED.skew_ms END,
                  CASE WHEN stays THEN meter_clock.measured_at ELSE EXCLUDED.measured_at END
           FROM (SELECT meter_clock.skew_ms > EXCLUDED.skew_ms
                   AND EXCLUDED.measured_at - meter_clock.measured_at <= make_interval(secs => $6)) AS rule (stays)),
         told_at = greatest(meter_clock.told_at, EXCLUDED.told_at),
         invalid_since = CASE
           WHEN EXCLUDED.told_at < meter_clock.told_at THEN meter_clock.invalid_since
           WHEN EXCLUDED.invalid_since IS NULL THEN NULL
           ELSE coalesce(meter_clock.invalid_since, EXCLUDED.invalid_since) END`,
      [
        clocks.map(([serialNumber]) => serialNumber),
        clocks.map(([, { best }]) => best.skew),
        clocks.map(([, { best }]) => new Date(best.measuredAt)),
        clocks.map(([, { last }]) => new Date(last.measuredAt)),
        clocks.map(([, { last }]) => last.isInvalid),
        STANDS_FOR_MS / 1000,
      ],
    );
  }
}
