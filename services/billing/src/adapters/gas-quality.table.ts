import { Inject, Injectable } from '@nestjs/common';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { decodeEvent, type GasQualityRecorded } from '@metermesh/contracts';
import { DATABASE, type Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Agreement } from '../domain/billing-cycle/agreement.ts';
import type { BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { gasAreas } from '../domain/billing-cycle/gas-supply.ts';
import type { GasDay } from '../domain/gas-quality/gas-quality.decider.ts';
import type { Period } from '../domain/rating/period.ts';

/** A day of gas, and who told it. */
export interface RecordedGasDay extends GasDay {
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

export const gasQualityProjection: Projection = {
  name: 'gas-quality',
  categories: ['gas-quality'],
  async apply(client, events) {
    for (const recorded of events) await apply(client, decodeEvent<GasQualityRecorded>(recorded));
  },
};

async function apply(client: pg.PoolClient, event: GasQualityRecorded): Promise<void> {
  const { area, days, recordedBy, recordedAt } = event;
  await client.query(
    `INSERT INTO gas_quality
     SELECT $1, date, calorific_value, nullif(temperature_c, '')::numeric, nullif(pressure, '')::numeric, $6, $7
     FROM unnest($2::date[], $3::numeric[], $4::text[], $5::text[]) AS day (date, calorific_value, temperature_c, pressure)
     ON CONFLICT (area, local_date) DO UPDATE SET
       calorific_value = EXCLUDED.calorific_value, temperature_c = EXCLUDED.temperature_c,
       atmospheric_pressure_kpa = EXCLUDED.atmospheric_pressure_kpa,
       recorded_by = EXCLUDED.recorded_by, recorded_at = EXCLUDED.recorded_at`,
    [
      area,
      days.map(({ date }) => date),
      days.map(({ calorificValue }) => calorificValue),
      days.map(({ temperatureC }) => temperatureC),
      days.map(({ atmosphericPressureKpa }) => atmosphericPressureKpa),
      recordedBy,
      timestampDate(recordedAt!),
    ],
  );
}

/** What the gas of an area was on which local date? */
@Injectable()
export class GasQualityTable {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  /** Of a period, its end exclusive, those that are known, in order. */
  of(area: string, { start, end }: Pick<Period, 'start' | 'end'>): Promise<RecordedGasDay[]> {
    return gasDays(this.pool, 'local_date >= $2 AND local_date < $3', [area, start, end]);
  }

  /** By area, of those that the agreement is billed by; undefined where there are none. */
  async ofAgreement(agreement: Agreement, period: Period): Promise<BillingBasis['gasDays']> {
    const areas = gasAreas(agreement);
    if (areas.length === 0) return undefined;
    return new Map(
      await Promise.all(areas.map(async (area) => [area, await this.of(area, period)] as const)),
    );
  }

  onDates(area: string, dates: readonly string[]): Promise<RecordedGasDay[]> {
    return gasDays(this.pool, 'local_date = ANY ($2::date[])', [area, dates]);
  }
}

async function gasDays(pool: pg.Pool, which: string, values: unknown[]): Promise<RecordedGasDay[]> {
  const { rows } = await pool.query<Record<string, string | null> & { recorded_at: Date }>(
    `SELECT local_date::text AS date, calorific_value::text, temperature_c::text, atmospheric_pressure_kpa::text AS pressure,
            recorded_by, recorded_at
     FROM gas_quality WHERE area = $1 AND ${which} ORDER BY local_date`,
    values,
  );
  return rows.map(({ date, calorific_value, temperature_c, pressure, recorded_by, recorded_at }) => ({
    date: date!,
    calorificValue: calorific_value!,
    ...(temperature_c && { temperatureC: temperature_c }),
    ...(pressure && { atmosphericPressureKPa: pressure }),
    recordedBy: recorded_by!,
    recordedAt: recorded_at,
  }));
}
