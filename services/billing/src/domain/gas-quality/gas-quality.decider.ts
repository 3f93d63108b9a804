import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { GasQualityDaySchema, GasQualityRecordedSchema, type GasQualityRecorded } from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';

/** What the gas of an area was on a local date: exact decimals. */
export interface GasDay {
  readonly date: string;
  /** Superior, MJ per standard cubic metre. */
  readonly calorificValue: string;
  /** °C at the meters, where it is not as the tariff says. */
  readonly temperatureC?: string;
  readonly atmosphericPressureKPa?: string;
}

/** The days of an area and month by date, as told last. */
export type GasQuality = ReadonlyMap<string, GasDay>;

export interface RecordGasQuality {
  readonly area: string;
  readonly days: readonly GasDay[];
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Natural gases have 30 to 45 MJ/m³, biogas and hydrogen less; what is outside was told in another unit. */
const PLAUSIBLE_MJ = { least: 10, most: 60 };
const PLAUSIBLE_CELSIUS = { least: -50, most: 60 };
const PLAUSIBLE_KPA = { least: 50, most: 110 };
const DECIMAL = /^-?\d{1,6}(\.\d{1,9})?$/;

/** Records only what it did not know. Refusals: `GAS_QUALITY_INVALID`, naming the day. */
export const gasQualityDecider: Decider<RecordGasQuality, GasQuality, GasQualityRecorded> = {
  initialState: new Map(),
  evolve(known, { days }) {
    const told = new Map(known);
    for (const { date, calorificValue, temperatureC, atmosphericPressureKpa } of days)
      told.set(date, {
        date,
        calorificValue,
        ...(temperatureC && { temperatureC }),
        ...(atmosphericPressureKpa && { atmosphericPressureKPa: atmosphericPressureKpa }),
      });
    return told;
  },
  decide({ area, days, by, at }, known) {
    const fault = days.map(faultOf).find((one) => one !== undefined) ?? twice(days);
    if (fault) return fault;
    const news = days.filter((day) => !same(day, known.get(day.date)));
    if (news.length === 0) return [];
    return [
      create(GasQualityRecordedSchema, {
        area,
        days: news.map(({ date, calorificValue, temperatureC = '', atmosphericPressureKPa = '' }) =>
          create(GasQualityDaySchema, {
            ...{ date, calorificValue, temperatureC },
            atmosphericPressureKpa: atmosphericPressureKPa,
          }),
        ),
        recordedBy: by,
        recordedAt: timestampFromMs(at),
      }),
    ];
  },
};

function faultOf({
  date,
  calorificValue,
  temperatureC,
  atmosphericPressureKPa,
}: GasDay): Refusal | undefined {
  if (!isDate(date))
    return refuse('GAS_QUALITY_INVALID', `"${date}" is no date; write local dates as 2025-07-01.`);
  return (
    implausible(date, 'calorificValue', calorificValue, PLAUSIBLE_MJ, 'MJ per cubic metre') ??
    implausible(date, 'temperatureC', temperatureC, PLAUSIBLE_CELSIUS, '°C') ??
    implausible(date, 'atmosphericPressureKPa', atmosphericPressureKPa, PLAUSIBLE_KPA, 'kPa')
  );
}

/** 31 April is taken by the calendar for the first of May. */
function isDate(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}

function implausible(
  date: string,
  field: string,
  value: string | undefined,
  { least, most }: { least: number; most: number },
  unit: string,
): Refusal | undefined {
  if (value === undefined || (DECIMAL.test(value) && Number(value) >= least && Number(value) <= most))
    return undefined;
  return refuse(
    'GAS_QUALITY_INVALID',
    `${date}: ${field} ${JSON.stringify(value)} is not between ${least} and ${most} ${unit}.`,
  );
}

function twice(days: readonly GasDay[]): Refusal | undefined {
  const dates = days.map(({ date }) => date);
  const again = dates.find((date, index) => dates.indexOf(date) !== index);
  return again === undefined
    ? undefined
    : refuse('GAS_QUALITY_INVALID', `${again} is told twice; tell each day once.`);
}

function same(one: GasDay, other: GasDay | undefined): boolean {
  return (
    one.calorificValue === other?.calorificValue &&
    one.temperatureC === other.temperatureC &&
    one.atmosphericPressureKPa === other.atmosphericPressureKPa
  );
}
