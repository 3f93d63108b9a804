import { refuse } from '@metermesh/decider';
import { located, type LocatedRow } from '../located-row.ts';
import { unreadable } from '../unreadable.ts';
import { instantOf } from './file-time.ts';
import { intervalRows, scaled, type FileReading } from './interval-run.ts';
import { numbersOf, readingKind, type ReadingKind } from './reading-kind.ts';
import { qualityOfType, worst } from './reading-quality.ts';
import { descendant, textOf, type XmlElement, type XmlEvent } from './xml-events.ts';

/** Readings of one meter that may wait for its name, which the schema puts behind them. */
const MOST_WAITING = 600_000;
/** Readings that are handed on together where the meter is known. */
const ENOUGH = 1440;

interface Series {
  readonly type: string | undefined;
  readings: TimedReading[];
}

interface TimedReading extends Omit<FileReading, 'start' | 'intervalSeconds'> {
  /** As it stands: the end of the interval where there is no period. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads MeterReadings of IEC 61968-9 (payload of ed. 2): interval blocks and readings of each meter reading, in rows. A
 * time stamp is the end of its interval, unless a time period says otherwise.
 */
export class MeterReadingsReader {
  static readonly root = 'MeterReadings';
  static readonly whole: ReadonlySet<string> = new Set([
    'IntervalReadings',
    'Readings',
    'ReadingType',
    'Meter',
    'UsagePoint',
    'valuesInterval',
  ]);

  #meter: string | undefined;
  /** The interval block under way. */
  #block: TimedReading[] = [];
  #blockType: string | undefined;
  #waiting: Series[] = [];
  #waitingReadings = 0;

  *take(event: XmlEvent): Generator<LocatedRow> {
    if (event.kind === 'element') yield* this.#element(event.element);
    else if (event.kind === 'begin' && event.name === 'MeterReading') this.#begin();
    else if (event.kind === 'end' && event.name === 'IntervalBlocks') yield* this.#closeBlock();
    else if (event.kind === 'end' && event.name === 'MeterReading') yield* this.#close();
  }

  #begin(): void {
    this.#meter = undefined;
    this.#waiting = [];
    this.#waitingReadings = 0;
  }

  *#element(element: XmlElement): Generator<LocatedRow> {
    switch (element.name) {
      case 'Meter':
        this.#meter = meterName(element);
        yield* this.#handOn();
        return;
      case 'ReadingType':
        this.#blockType = typeName(element);
        return;
      case 'IntervalReadings':
        this.#block.push(readingOf(element));
        this.#count();
        if (this.#block.length >= ENOUGH && this.#meter !== undefined && this.#blockType !== undefined)
          yield* this.#closeBlockPart();
        return;
      case 'Readings': {
        const type = element.children.find(({ name }) => name === 'ReadingType');
        this.#add({ type: type && typeName(type), readings: [readingOf(element)] });
        this.#count();
        if (this.#meter !== undefined && this.#waitingReadings >= ENOUGH) yield* this.#handOn();
        return;
      }
    }
  }

  #add(series: Series): void {
    const last = this.#waiting.at(-1);
    if (last && last.type === series.type) last.readings.push(...series.readings.splice(0));
    else this.#waiting.push(series);
  }

  #count(): void {
    if (++this.#waitingReadings > MOST_WAITING)
      throw unreadable(
        `A MeterReading holds more than ${MOST_WAITING} readings before it names its Meter: name it first, or send less at once`,
      );
  }

  *#closeBlockPart(): Generator<LocatedRow> {
    this.#waiting.push({ type: this.#blockType, readings: this.#block });
    this.#block = [];
    yield* this.#handOn();
  }

  *#closeBlock(): Generator<LocatedRow> {
    this.#waiting.push({ type: this.#blockType, readings: this.#block });
    this.#block = [];
    this.#blockType = undefined;
    if (this.#meter !== undefined) yield* this.#handOn();
  }

  *#close(): Generator<LocatedRow> {
    yield* this.#handOn();
    this.#begin();
  }

  /** All that waits, as rows of the meter, or refused where there is none. */
  *#handOn(): Generator<LocatedRow> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingReadings = this.#block.length;
    for (const { type, readings } of waiting) yield* rowsOf(this.#meter, type, readings);
  }
}

function* rowsOf(
  meter: string | undefined,
  type: string | undefined,
  readings: readonly TimedReading[],
): Generator<LocatedRow> {
  const first = readings[0];
  if (!first) return;
  const numbers = type === undefined ? undefined : numbersOf(type);
  const kind = numbers && readingKind(numbers);
  const record = { serialNumber: meter, readingType: type, readings: readings.length };
  if (meter === undefined) {
    const why = 'A MeterReading names no meter: give Meter its mRID or a name. Its readings are left aside.';
    yield { line: first.line, record, row: refuse('DEVICE_NOT_NAMED', why) };
  } else if (!kind) {
    const why = `Reading type ${type ?? '(none)'} is none that is read here: eighteen numbers of IEC 61968-9, Annex C, of energy, volume or state.`;
    yield { line: first.line, record, row: refuse('READING_TYPE_UNKNOWN', why) };
  } else if (isRegister(kind)) {
    for (const reading of readings) yield registerRow(meter, kind, reading);
  } else yield* intervalRows(meter, kind, intervals(kind, readings));
}

/** Values without a length are registers, read when they are stamped. */
const isRegister = (kind: ReadingKind) =>
  kind.intervalSeconds === undefined && kind.accumulation !== 'interval';

function registerRow(
  serialNumber: string,
  { obis, unit, multiplier }: ReadingKind,
  { line, at, value }: TimedReading,
): LocatedRow {
  const readAt = Number.isFinite(at) ? new Date(at).toISOString() : '';
  return located(line, {
    serialNumber,
    obis,
    readAt,
    value: value === undefined ? '' : scaled(value, multiplier),
    unit,
  });
}

function* intervals(kind: ReadingKind, readings: readonly TimedReading[]): Generator<FileReading> {
  for (const { line, at, from, to, value, quality } of readings) {
    const isPeriod = Number.isFinite(from) && Number.isFinite(to);
    const intervalSeconds = isPeriod ? (to - from) / 1000 : (kind.intervalSeconds ?? Number.NaN);
    const end = Number.isFinite(to) ? to : at;
    yield { line, start: isPeriod ? from : end - intervalSeconds * 1000, intervalSeconds, value, quality };
  }
}

function readingOf(element: XmlElement): TimedReading {
  const qualities = element.children.filter(({ name }) => name === 'ReadingQualities');
  return {
    line: element.line,
    at: instantOf(textOf(element, 'timeStamp')),
    from: instantOf(textOf(element, 'timePeriod', 'start')),
    to: instantOf(textOf(element, 'timePeriod', 'end')),
    value: textOf(element, 'value'),
    quality: worst(qualities.map((quality) => qualityOfType(qualityType(quality)))),
  };
}

function qualityType(quality: XmlElement): string {
  const type = descendant(quality, 'ReadingQualityType');
  return type?.attributes['ref'] ?? type?.text ?? '0.0.0';
}

const typeName = (type: XmlElement) =>
  type.attributes['ref'] ?? textOf(type, 'mRID') ?? (type.text || undefined);

/** Its serial number where a name is called so, else its first name, else its mRID. */
function meterName(meter: XmlElement): string | undefined {
  const names = meter.children.filter(({ name }) => name === 'Names');
  const isSerial = (name: XmlElement) => /serial/i.test(textOf(name, 'NameType', 'name') ?? '');
  const named = names.find(isSerial) ?? names[0];
  return textOf(meter, 'serialNumber') ?? (named && textOf(named, 'name')) ?? textOf(meter, 'mRID');
}
