import type { ResolveLocalTime } from '../dlms/date-time.ts';
import type { DecodeWarning } from '../measurement.ts';
import { member, quantityOf, type ExactObject } from './exact-json.ts';

export interface TasmotaTime {
  readonly instant?: number;
  readonly warning?: DecodeWarning;
}

const QUARTER = 900_000;
const FARTHEST_ZONE = 14 * 3_600_000;
/** Tasmota's first release; before it has asked a time server its clock begins in 1970. */
const EARLIEST = Date.UTC(2016, 0, 1);

/**
 * When a message was sent: `Epoch`, or `Time` with an offset, or local `Time`, which the caller resolves; else the offset
 * is the quarter of an hour that brings it next to its arrival; else it is taken as UTC, with a warning.
 */
export function tasmotaTime(
  message: ExactObject,
  receivedAt: number | undefined,
  resolve: ResolveLocalTime | undefined,
): TasmotaTime | undefined {
  const epoch = quantityOf(member(message, 'Epoch'));
  const text = member(message, 'Time');
  const time = epoch ? { instant: Number(epoch.value) * 1000 } : timeOf(text, receivedAt, resolve);
  if (time?.instant === undefined || (time.instant >= EARLIEST && time.instant < LATEST)) return time;
  return {
    warning: { code: 'CLOCK_INVALID', message: 'The clock of the device was not set: its time is left out.' },
  };
}

const LATEST = Date.UTC(9999, 0, 1);

function timeOf(
  text: unknown,
  receivedAt: number | undefined,
  resolve: ResolveLocalTime | undefined,
): TasmotaTime | undefined {
  if (typeof text !== 'string') return undefined;
  const parts =
    /^(\d{4})[-.](\d{2})[-.](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,3})?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  const [, year, month, day, hour, minute, second, offset] = parts ?? [];
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.000`;
  const asUtc = Date.parse(`${local}Z`);
  if (!parts || Number.isNaN(asUtc)) {
    return {
      warning: { code: 'CLOCK_INVALID', message: `"${text.slice(0, 40)}" is no time: it is left out.` },
    };
  }
  if (offset) return { instant: Date.parse(local + offset) };
  if (resolve) return { instant: resolve(local) };
  if (receivedAt !== undefined && Math.abs(asUtc - receivedAt) <= FARTHEST_ZONE) {
    return { instant: asUtc - Math.round((asUtc - receivedAt) / QUARTER) * QUARTER };
  }
  return {
    instant: asUtc,
    warning: {
      code: 'CLOCK_WITHOUT_OFFSET',
      message:
        'Time has no offset: it is taken as UTC. Let Tasmota send it (SetOption52 1), or give the time zone.',
    },
  };
}
