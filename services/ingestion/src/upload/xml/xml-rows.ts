import type { LocatedRow } from '../located-row.ts';
import { HTTP_GREEN_BUTTON, HTTP_METER_READINGS, type UploadSource } from '../row-submission.ts';
import { unreadable } from '../unreadable.ts';
import { GreenButtonReader, type MeterAt } from './green-button.ts';
import { MeterReadingsReader } from './meter-readings.ts';
import { xmlEvents, type XmlEvent } from './xml-events.ts';

interface DocumentReader {
  take(event: XmlEvent): Generator<LocatedRow>;
}

export interface SourcedRow extends LocatedRow {
  readonly source: UploadSource;
}

const whole = new Set([...MeterReadingsReader.whole, ...GreenButtonReader.whole]);

/**
 * Rows of an XML file as it comes in; the first element that is one of theirs decides which of the forms it is. Throws an
 * unreadable upload where it is none, or breaks off.
 */
export async function* xmlRows(
  chunks: AsyncIterable<Uint8Array>,
  meterAt: MeterAt,
): AsyncGenerator<SourcedRow> {
  let reader: DocumentReader | undefined;
  let source: UploadSource = HTTP_METER_READINGS;
  for await (const events of xmlEvents(chunks, whole)) {
    for (const event of events) {
      if (reader) for (const row of reader.take(event)) yield { ...row, source };
      else if (event.kind === 'begin' && event.name === MeterReadingsReader.root)
        reader = new MeterReadingsReader();
      else if (event.kind === 'begin' && event.name === GreenButtonReader.root) {
        reader = new GreenButtonReader(meterAt);
        source = HTTP_GREEN_BUTTON;
      }
    }
  }
  if (!reader) throw unreadable('The body is neither MeterReadings of IEC 61968-9 nor a Green Button feed');
}

/**
 * Meters at the usage points of a feed, as the query tells: `serialNumber=M1` for a feed of one usage point,
 * `usagePoint=5446AF3F:M1` for each of several.
 */
export function metersAt(query: URLSearchParams): MeterAt {
  const told = new Map<string, string>();
  for (const pair of query.getAll('usagePoint')) {
    const colon = pair.indexOf(':');
    told.set(pair.slice(0, colon), pair.slice(colon + 1));
  }
  const only = query.get('serialNumber') ?? undefined;
  let first: string | undefined;
  return (usagePoint) => {
    if (told.has(usagePoint)) return told.get(usagePoint);
    first ??= usagePoint;
    return usagePoint === first ? only : undefined;
  };
}
