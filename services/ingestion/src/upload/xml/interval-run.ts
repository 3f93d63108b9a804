import { refuse } from '@metermesh/decider';
import { Quality } from '@metermesh/metering';
import { scaleDecimal } from '@metermesh/protocols';
import { exactDecimal } from '../../domain/whole-units.ts';
import { located, type LocatedRow } from '../located-row.ts';
import type { ReadingKind } from './reading-kind.ts';

/** One reading of an interval as a file has it. */
export interface FileReading {
  readonly line: number;
  /** Milliseconds since 1970; NaN where the file does not say. */
  readonly start: number;
  readonly intervalSeconds: number;
  readonly value: string | undefined;
  readonly quality: Quality;
}

/** Longest row: a day of minutes. */
const MOST_VALUES = 1440;

/** Readings of one meter and kind as rows: those that follow one another without a gap are one. */
export function* intervalRows(
  serialNumber: string,
  kind: ReadingKind,
  readings: Iterable<FileReading>,
): Generator<LocatedRow> {
  let run: FileReading[] = [];
  for (const reading of readings) {
    const why = fault(reading);
    const first = run[0];
    const isNext =
      first !== undefined &&
      run.length < MOST_VALUES &&
      reading.intervalSeconds === first.intervalSeconds &&
      reading.start === first.start + run.length * first.intervalSeconds * 1000;
    if (run.length > 0 && (why || !isNext)) {
      yield rowOf(serialNumber, kind, run);
      run = [];
    }
    if (why) {
      const row = refuse('UPLOAD_ROW_INVALID', `The reading cannot be read: ${why}.`);
      yield { line: reading.line, record: recordOf(serialNumber, kind, [reading]), row };
    } else run.push(reading);
  }
  if (run.length > 0) yield rowOf(serialNumber, kind, run);
}

function fault({ start, intervalSeconds, value }: FileReading): string | undefined {
  if (!Number.isFinite(start)) return 'it has no time with an offset from UTC';
  if (!Number.isInteger(intervalSeconds) || intervalSeconds <= 0)
    return 'neither it nor its reading type says how long its interval is';
  if (value !== undefined && exactDecimal(value) === undefined)
    return `"${value.slice(0, 40)}" is no decimal number`;
  return undefined;
}

const rowOf = (serialNumber: string, kind: ReadingKind, run: readonly FileReading[]): LocatedRow =>
  located(run[0]!.line, recordOf(serialNumber, kind, run));

const qualityNames = ['actual', 'suspect', 'estimated', 'missing'];

function recordOf(serialNumber: string, kind: ReadingKind, run: readonly FileReading[]): object {
  const { start, intervalSeconds } = run[0]!;
  const isKnown = ({ value, quality }: FileReading) => value !== undefined && quality !== Quality.Missing;
  return {
    serialNumber,
    ...(kind.channel === undefined ? { obis: kind.obis } : { channel: kind.channel }),
    accumulation: kind.accumulation,
    start: Number.isFinite(start) ? new Date(start).toISOString() : null,
    intervalSeconds,
    unit: kind.unit,
    values: run.map((reading) => (isKnown(reading) ? scaled(reading.value!, kind.multiplier) : null)),
    ...(run.some(({ quality }) => quality !== Quality.Actual) && {
      qualities: run.map(({ quality }) => qualityNames[quality]),
    }),
  };
}

/** The value in the kind's unit, without its multiplier; what is no number stays as it is. */
export function scaled(value: string, multiplier: number): string {
  const exact = exactDecimal(value);
  return exact ? scaleDecimal(exact.digits, exact.exponent + multiplier) : value;
}
