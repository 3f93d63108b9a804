import {
  CLOCK,
  dateTimeOf,
  DEVICE_ID,
  disconnectControl,
  encodeControlState,
  encodeDateTime,
  encodeScalerUnit,
  LOAD_PROFILE_1,
  LOGICAL_DEVICE_NAME,
  objectDefinition,
  PROFILE_STATUS,
  rangeOf,
  toInstant,
  type AttributeReference,
  type CosemData,
  type CosemObjects,
  type SelectiveAccess,
} from '@metermesh/protocols';
import type { DlmsMeter } from './dlms-meter.ts';

/** The meter's contacts. */
export interface SupplySwitch {
  isConnected(): boolean;
  operate(connect: boolean): void;
}

/** What a meter remembers between associations. */
export interface MeterMemory {
  /** By how much its clock is ahead, milliseconds. */
  clockAhead: number;
  /** When by its clock, and an event code of IDIS (package 2, 6.5). */
  readonly events: { at: number; code: number }[];
}

export const EVENT_LOG = '0.0.99.98.0.255';
const EVENT_CODE = '0.0.96.11.0.255';
const CLASS = { data: 1, register: 3, profileGeneric: 7, clock: 8 } as const;
const CODES = { clockWas: 4, clockIs: 5, disconnected: 62, connected: 63 } as const;
const DAY_MS = 86_400_000;
const DAYS_KEPT = 100;

/** The COSEM objects of a simulated meter: what it measured, its clock, its event log and its switch. */
export class MeterObjects implements CosemObjects {
  private readonly meter: DlmsMeter;
  private readonly supply: SupplySwitch;
  private readonly memory: MeterMemory;

  constructor(meter: DlmsMeter, supply: SupplySwitch, memory: MeterMemory) {
    this.meter = meter;
    this.supply = supply;
    this.memory = memory;
  }

  read: CosemObjects['read'] = (target, access) => {
    const value = this.valueOf(target, access);
    return value ? { value } : { result: 'object-undefined' };
  };

  write: CosemObjects['write'] = ({ obis, attribute }, value) => {
    const time = obis === CLOCK && attribute === 2 ? dateTimeOf(value) : undefined;
    const instant = time && toInstant(time);
    if (instant === undefined) return 'read-write-denied';
    this.log(CODES.clockWas);
    this.memory.clockAhead = instant - Date.now();
    this.log(CODES.clockIs);
    return 'success';
  };

  invoke: CosemObjects['invoke'] = ({ obis, method }) => {
    const connect = method === disconnectControl.remoteReconnect.method;
    const isSwitch =
      obis === disconnectControl.obis && (connect || method === disconnectControl.remoteDisconnect.method);
    if (!isSwitch) return { result: 'object-undefined' };
    this.supply.operate(connect);
    this.log(connect ? CODES.connected : CODES.disconnected);
    return { result: 'success' };
  };

  private valueOf({ obis, attribute }: AttributeReference, access?: SelectiveAccess): CosemData | undefined {
    const { intervalObis, registerObis, scaler, unitCode } = this.meter.quantity;
    switch (`${obis}/${attribute}`) {
      case `${CLOCK}/2`:
        return this.timeAt(this.now());
      case `${DEVICE_ID}/2`:
        return text(this.meter.serialNumber);
      case `${LOGICAL_DEVICE_NAME}/2`:
        return text(`MMX${this.meter.serialNumber}`);
      case `${intervalObis}/3`:
      case `${registerObis}/3`:
        return encodeScalerUnit(scaler, unitCode);
      case `${registerObis}/2`:
        return { type: 'long64-unsigned', value: BigInt(this.meter.supply.register(Date.now())) };
      case `${LOAD_PROFILE_1}/2`:
        return this.profile(access);
      case `${LOAD_PROFILE_1}/3`:
        return columns([CLASS.clock, CLOCK], [CLASS.data, PROFILE_STATUS], [CLASS.register, intervalObis]);
      case `${LOAD_PROFILE_1}/4`:
        return { type: 'double-long-unsigned', value: this.meter.supply.settings.intervalSeconds };
      case `${EVENT_LOG}/2`:
        return this.eventLog(access);
      case `${EVENT_LOG}/3`:
        return columns([CLASS.clock, CLOCK], [CLASS.data, EVENT_CODE]);
      case `${disconnectControl.obis}/${disconnectControl.outputState.attribute}`:
        return { type: 'boolean', value: this.supply.isConnected() };
      case `${disconnectControl.obis}/${disconnectControl.controlState.attribute}`:
        return encodeControlState(this.supply.isConnected() ? 'connected' : 'disconnected');
      default:
        return undefined;
    }
  }

  /** Rows in the range of their capture times, as far back as it keeps them. */
  private profile(access: SelectiveAccess | undefined): CosemData {
    const { supply } = this.meter;
    const length = supply.settings.intervalSeconds * 1000;
    const { from, to } = (access && rangeOf(access)) ?? { from: 0, to: Infinity };
    const oldest = Math.max(supply.settings.installedAt, this.now() - DAYS_KEPT * DAY_MS);
    const starts = supply.intervalStarts(Math.max(from - length, oldest), Math.min(to, this.now()));
    const rows = Array.from(starts, (start) =>
      structure(
        this.timeAt(start + length),
        { type: 'unsigned', value: 0 },
        { type: 'double-long-unsigned', value: supply.use(start) },
      ),
    );
    return { type: 'array', value: rows };
  }

  private eventLog(access: SelectiveAccess | undefined): CosemData {
    const { from, to } = (access && rangeOf(access)) ?? { from: 0, to: Infinity };
    const events = this.memory.events.filter(({ at }) => at >= from && at <= to);
    return {
      type: 'array',
      value: events.map(({ at, code }) => structure(this.timeAt(at), { type: 'unsigned', value: code })),
    };
  }

  private log(code: number): void {
    this.memory.events.push({ at: this.now(), code });
  }

  private now(): number {
    return Date.now() + this.memory.clockAhead;
  }

  private timeAt(instant: number): CosemData {
    const deviation = -this.meter.supply.settings.surroundings.utcOffsetSeconds / 60;
    return { type: 'octet-string', value: encodeDateTime(instant, deviation) };
  }
}

const text = (value: string): CosemData => ({ type: 'octet-string', value: Buffer.from(value, 'latin1') });
const structure = (...value: CosemData[]): CosemData => ({ type: 'structure', value });

/** capture_objects, attribute 2 of each. */
const columns = (...captured: [classId: number, obis: string][]): CosemData => ({
  type: 'array',
  value: captured.map(([classId, obis]) => objectDefinition({ classId, obis, attribute: 2 })),
});
