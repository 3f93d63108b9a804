import { refuse } from '@metermesh/decider';
import { located, type LocatedRow } from '../located-row.ts';
import { unreadable } from '../unreadable.ts';
import { intervalRows, scaled, type FileReading } from './interval-run.ts';
import { readingKind, type ReadingKind } from './reading-kind.ts';
import { qualityOfEspi, worst } from './reading-quality.ts';
import { descendant, textOf, type XmlElement, type XmlEvent } from './xml-events.ts';

/** Readings that may wait for the entries which tell what they are. */
const MOST_WAITING = 600_000;
const MOST_LINKS = 100_000;

/** The serial number of the meter at a usage point of the feed; undefined where nobody told. */
export type MeterAt = (usagePoint: string) => string | undefined;

interface Block {
  readonly line: number;
  /** Seconds since 1970; NaN where it does not say. */
  readonly start: number;
  readonly readings: readonly EspiReading[];
}

/** Seconds since 1970, as they stand. */
interface EspiReading {
  readonly line: number;
  readonly start: number;
  readonly duration: number;
  readonly value: string | undefined;
  readonly qualities: readonly number[];
}

/** What a block's links lead to. */
interface Meaning {
  readonly usagePoint: string;
  readonly type: EspiType;
}

interface EspiType {
  readonly kind: ReadingKind | undefined;
  readonly defaultQuality: number | undefined;
}

/**
 * Reads a Green Button feed (NAESB ESPI, REQ.21): interval blocks, with the reading types and usage points that entries
 * link to each other, in whatever order they come. ESPI counts seconds of UTC, so its local time parameters are not needed.
 */
export class GreenButtonReader {
  static readonly root = 'feed';
  static readonly whole: ReadonlySet<string> = new Set([
    'link', 'interval', 'IntervalReading', 'ReadingType', 'LocalTimeParameters', 'UsagePoint', 'UsageSummary',
    'ElectricPowerUsageSummary', 'ElectricPowerQualitySummary',
  ]); // prettier-ignore

  readonly #meterAt: MeterAt;
  /** Reading types, by their own links. */
  readonly #types = new Map<string, EspiType>();
  /** Meter readings, by each of their links: what else they link to. */
  readonly #readings = new Map<string, { usagePoint: string; related: readonly string[] }>();
  /** By the list of interval blocks that each is in, as its meter reading links it. */
  readonly #waiting: { list: string; block: Block }[] = [];
  readonly #blocks: Block[] = [];
  #waitingReadings = 0;

  #links: XmlElement[] = [];
  #isMeterReading = false;
  #type: XmlElement | undefined;
  #interval: XmlElement | undefined;
  #blockReadings: EspiReading[] = [];

  constructor(meterAt: MeterAt) {
    this.#meterAt = meterAt;
  }

  *take(event: XmlEvent): Generator<LocatedRow> {
    if (event.kind === 'element') this.#element(event.element);
    else if (event.kind === 'begin' && event.name === 'entry') this.#begin();
    else if (event.kind === 'begin' && event.name === 'MeterReading') this.#isMeterReading = true;
    else if (event.kind === 'end' && event.name === 'entry') yield* this.#entry();
    else if (event.kind === 'end' && event.name === 'IntervalBlock') this.#closeBlock();
    else if (event.kind === 'end' && event.name === GreenButtonReader.root) yield* this.#end();
  }

  #begin(): void {
    this.#links = [];
    this.#isMeterReading = false;
    this.#type = undefined;
  }

  #element(element: XmlElement): void {
    if (element.name === 'link') this.#links.push(element);
    else if (element.name === 'ReadingType') this.#type = element;
    else if (element.name === 'interval') this.#interval = element;
    else if (element.name === 'IntervalReading') {
      this.#blockReadings.push(espiReading(element));
      if (++this.#waitingReadings > MOST_WAITING)
        throw unreadable(
          `More than ${MOST_WAITING} readings come before their MeterReading and ReadingType: put these first`,
        );
    }
  }

  /** A block need not give the period of each reading: they follow one another from its own start. */
  #closeBlock(): void {
    const start = number(this.#interval && textOf(this.#interval, 'start'));
    this.#blocks.push({ line: this.#blockReadings[0]?.line ?? 0, start, readings: this.#blockReadings });
    this.#blockReadings = [];
    this.#interval = undefined;
  }

  *#entry(): Generator<LocatedRow> {
    const self = this.#hrefs('self');
    if (this.#type) {
      for (const href of self) this.#types.set(href, espiType(this.#type));
    } else if (this.#isMeterReading) {
      const related = this.#hrefs('related');
      const usagePoint = usagePointOf([...this.#hrefs('up'), ...self]);
      for (const href of [...self, ...related]) this.#readings.set(href, { usagePoint, related });
    }
    if (this.#readings.size + this.#types.size > MOST_LINKS)
      throw unreadable(
        `The feed holds more than ${MOST_LINKS} links of meter readings and reading types: send several`,
      );
    const list = this.#hrefs('up')[0] ?? '';
    for (const block of this.#blocks.splice(0)) {
      const meaning = this.#meaningOf(list);
      if (!meaning) this.#waiting.push({ list, block });
      else {
        this.#waitingReadings -= block.readings.length;
        yield* this.#rowsOf(list, block, meaning);
      }
    }
    this.#begin();
  }

  /** Blocks that came before what tells of them. */
  *#end(): Generator<LocatedRow> {
    for (const { list, block } of this.#waiting.splice(0))
      yield* this.#rowsOf(list, block, this.#meaningOf(list));
    this.#waitingReadings = 0;
  }

  #meaningOf(list: string): Meaning | undefined {
    const reading = this.#readings.get(list) ?? this.#readings.get(list.replace(/\/IntervalBlock$/, ''));
    const type = reading?.related.map((href) => this.#types.get(href)).find((found) => found !== undefined);
    return reading && type && { usagePoint: reading.usagePoint, type };
  }

  *#rowsOf(list: string, block: Block, meaning: Meaning | undefined): Generator<LocatedRow> {
    if (block.readings.length === 0) return;
    const record = { usagePoint: meaning?.usagePoint, intervalBlocks: list, readings: block.readings.length };
    if (!meaning?.type.kind) {
      const why = meaning
        ? 'The reading type of an interval block is none that is read here: energy or volume, uom, commodity and flowDirection tell.'
        : `No MeterReading and ReadingType of the feed are linked with the interval blocks ${list || '(without link)'}.`;
      yield { line: block.line, record, row: refuse('READING_TYPE_UNKNOWN', why) };
      return;
    }
    const { usagePoint, type } = meaning;
    const meter = this.#meterAt(usagePoint);
    if (meter === undefined) {
      const why = `The feed names no meter: tell the one at its usage point, POST /readings?serialNumber=… or ?usagePoint=${usagePoint}:….`;
      yield { line: block.line, record, row: refuse('DEVICE_NOT_NAMED', why) };
      return;
    }
    const kind = meaning.type.kind;
    if (kind.intervalSeconds === undefined && kind.accumulation !== 'interval') {
      for (const { line, start, duration, value } of block.readings) {
        const at = new Date((start + (duration || 0)) * 1000);
        const readAt = Number.isNaN(at.getTime()) ? '' : at.toISOString();
        yield located(line, {
          serialNumber: meter,
          obis: kind.obis,
          readAt,
          value: value && scaled(value, kind.multiplier),
          unit: kind.unit,
        });
      }
    } else yield* intervalRows(meter, kind, fileReadings(block, kind, type.defaultQuality));
  }

  #hrefs(rel: string): string[] {
    return this.#links.flatMap(({ attributes }) =>
      attributes['rel'] === rel && attributes['href'] ? [attributes['href'].replace(/\/$/, '')] : [],
    );
  }
}

function* fileReadings(
  { start: first, readings }: Block,
  kind: ReadingKind,
  defaultQuality: number | undefined,
): Generator<FileReading> {
  let end = first;
  for (const reading of readings) {
    const intervalSeconds = Number.isNaN(reading.duration)
      ? (kind.intervalSeconds ?? Number.NaN)
      : reading.duration;
    const start = Number.isNaN(reading.start) ? end : reading.start;
    end = start + intervalSeconds;
    const codes =
      reading.qualities.length > 0 || defaultQuality === undefined ? reading.qualities : [defaultQuality];
    yield {
      line: reading.line,
      start: start * 1000,
      intervalSeconds,
      value: reading.value,
      quality: worst(codes.map(qualityOfEspi)),
    };
  }
}

function espiReading(element: XmlElement): EspiReading {
  return {
    line: element.line,
    start: number(textOf(element, 'timePeriod', 'start')),
    duration: number(textOf(element, 'timePeriod', 'duration')),
    value: textOf(element, 'value'),
    qualities: element.children
      .filter(({ name }) => name === 'ReadingQuality')
      .map((quality) => number(textOf(quality, 'quality'))),
  };
}

function espiType(element: XmlElement): EspiType {
  const field = (name: string) => number(textOf(element, name));
  const length = field('intervalLength');
  const kind = readingKind({
    accumulation: field('accumulationBehaviour'),
    flowDirection: field('flowDirection') || 0,
    commodity: field('commodity') || 0,
    unit: field('uom'),
    multiplier: field('powerOfTenMultiplier') || 0,
    tou: field('tou') || 0,
    intervalSeconds: length > 0 ? length : undefined,
  });
  return { kind, defaultQuality: descendant(element, 'defaultQuality') && field('defaultQuality') };
}

const number = (text: string | undefined) =>
  text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;

/** `…/UsagePoint/5446AF3F/MeterReading/01` → `5446AF3F`. */
const usagePointOf = (links: readonly string[]) =>
  links.map((href) => /\/UsagePoint\/([^/]+)/.exec(href)?.[1]).find((id) => id !== undefined) ?? '';
