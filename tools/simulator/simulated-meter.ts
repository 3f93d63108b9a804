import { encodeLoadProfilePush, encryptGeneralGlo, unitCode, type PushedRow } from '@metermesh/protocols';
import { readingType } from '@metermesh/metering';
import { intervalUse, type LoadShape } from './household-load.ts';
import { seoul } from './weather.ts';

/** A ciphered APDU, and the number under which its confirmation will come. */
export interface Push {
  apdu: Uint8Array;
  invokeId: number;
}

export interface SimulatedMeterSettings {
  serialNumber: string;
  /** Code of what it measures, e.g. active-energy-import. */
  readingType: string;
  /** 8 octets. */
  systemTitle: Uint8Array;
  encryptionKey: Uint8Array;
  authenticationKey: Uint8Array;
  shape: LoadShape;
  intervalSeconds: number;
  /** When it began to measure, milliseconds; its register stood at `initialRegister` then. */
  installedAt: number;
  initialRegister: number;
  utcOffsetSeconds: number;
}

/** A meter that knows what it measured and says it as a real one does: in encrypted DLMS/COSEM pushes. */
export class SimulatedMeter {
  readonly settings: SimulatedMeterSettings;
  private lastInvocation = 0;
  private invokeId = 0;

  constructor(settings: SimulatedMeterSettings) {
    this.settings = settings;
  }

  get serialNumber(): string {
    return this.settings.serialNumber;
  }

  /** The truth: use in the interval that starts then. */
  use(start: number): number {
    const { shape, serialNumber, intervalSeconds, utcOffsetSeconds } = this.settings;
    return intervalUse(shape, serialNumber, start, intervalSeconds, { climate: seoul, utcOffsetSeconds });
  }

  /** The truth: sum of the use of all whole intervals in [from, to). */
  useBetween(from: number, to: number): number {
    let sum = 0;
    for (const start of this.intervalStarts(from, to)) sum += this.use(start);
    return sum;
  }

  /** The cumulative register at an instant, the interval under way counted in part. */
  register(at: number): number {
    const { installedAt, initialRegister, intervalSeconds } = this.settings;
    const length = intervalSeconds * 1000;
    const underWay = at - ((at - installedAt) % length);
    const part = Math.floor((this.use(underWay) * (at - underWay)) / length);
    return initialRegister + this.useBetween(installedAt, underWay) + part;
  }

  /** Starts of the whole intervals within [from, to). */
  *intervalStarts(from: number, to: number): Generator<number> {
    const length = this.settings.intervalSeconds * 1000;
    const first = Math.ceil(from / length) * length;
    for (let start = first; start + length <= to; start += length) yield start;
  }

  /** A push with the intervals of [from, to) and the register as it stands at `sentAt`. */
  push(from: number, to: number, sentAt: number): Push {
    const rows = [...this.intervalStarts(from, to)].map((start) => ({ start, values: [this.use(start)] }));
    return this.pushRows(rows, sentAt);
  }

  /** The same with values of the caller's own, in the unit of the reading type. */
  pushRows(rows: readonly PushedRow[], sentAt: number): Push {
    const { serialNumber, intervalSeconds, systemTitle, encryptionKey, authenticationKey } = this.settings;
    const type = readingType(this.settings.readingType)!;
    const unit = unitCode(type.unit === 'L' ? 'm3' : type.unit)!;
    const scaler = type.unit === 'L' ? -3 : 0;
    this.invokeId = (this.invokeId + 1) & 0xffffff;
    const plain = encodeLoadProfilePush({
      serialNumber,
      invokeId: this.invokeId,
      confirmed: true,
      sentAt,
      deviation: -this.settings.utcOffsetSeconds / 60,
      intervalSeconds,
      channels: [{ obis: type.intervalObis, scaler, unitCode: unit }],
      rows,
      registers: [{ obis: type.registerObis, scaler, unitCode: unit, value: this.register(sentAt) }],
    });
    const apdu = encryptGeneralGlo(plain, {
      systemTitle,
      keys: { encryptionKey, authenticationKey },
      invocationCounter: this.nextInvocation(),
    });
    return { apdu, invokeId: this.invokeId };
  }

  /** Grows for ever, over restarts too and whoever speaks for the meter, because the clock does: 32 bits last until 2033. */
  private nextInvocation(): number {
    const tenthsOfSeconds = Math.floor((Date.now() - Date.UTC(2020, 0, 1)) / 100);
    this.lastInvocation = Math.max(this.lastInvocation + 1, tenthsOfSeconds);
    return this.lastInvocation;
  }
}
