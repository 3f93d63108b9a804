import { encodeLoadProfilePush, encryptGeneralGlo, unitCode, type PushedRow } from '@metermesh/protocols';
import { readingType } from '@metermesh/metering';
import type { MeteredSupply } from './metered-supply.ts';

/** A ciphered APDU, and the number under which its confirmation will come. */
export interface Push {
  apdu: Uint8Array;
  invokeId: number;
}

export interface DlmsMeterSettings {
  serialNumber: string;
  /** Code of what it measures, e.g. active-energy-import. */
  readingType: string;
  /** 8 octets. */
  systemTitle: Uint8Array;
  encryptionKey: Uint8Array;
  authenticationKey: Uint8Array;
  /** The truth, in the unit of the reading type. */
  supply: MeteredSupply;
}

/** A meter that says what flowed through it as a real one does: in encrypted DLMS/COSEM pushes. */
export class DlmsMeter {
  readonly settings: DlmsMeterSettings;
  private lastInvocation = 0;
  private invokeId = 0;

  constructor(settings: DlmsMeterSettings) {
    this.settings = settings;
  }

  get serialNumber(): string {
    return this.settings.serialNumber;
  }

  get supply(): MeteredSupply {
    return this.settings.supply;
  }

  /** What its objects are called, and value = integer × 10^scaler in the unit. */
  get quantity() {
    const { unit, intervalObis, registerObis } = readingType(this.settings.readingType)!;
    const scaler = unit === 'L' ? -3 : 0;
    return { intervalObis, registerObis, scaler, unitCode: unitCode(unit === 'L' ? 'm3' : unit)! };
  }

  /** A push with the intervals of [from, to) and the register as it stands at `sentAt`. */
  push(from: number, to: number, sentAt: number): Push {
    const { supply } = this;
    const rows = [...supply.intervalStarts(from, to)].map((start) => ({
      start,
      values: [supply.use(start)],
    }));
    return this.pushRows(rows, sentAt);
  }

  /**
   * The same with values of the caller's own, in the unit of the reading type.
   *
   * @param sentAt what the meter's clock shows
   * @param readAt when that is in truth
   */
  pushRows(rows: readonly PushedRow[], sentAt: number, readAt: number = sentAt): Push {
    const { serialNumber, supply, systemTitle, encryptionKey, authenticationKey } = this.settings;
    const { intervalSeconds, surroundings } = supply.settings;
    const { intervalObis, registerObis, scaler, unitCode } = this.quantity;
    this.invokeId = (this.invokeId + 1) & 0xffffff;
    const plain = encodeLoadProfilePush({
      serialNumber,
      invokeId: this.invokeId,
      confirmed: true,
      sentAt,
      deviation: -surroundings.utcOffsetSeconds / 60,
      intervalSeconds,
      channels: [{ obis: intervalObis, scaler, unitCode }],
      rows,
      registers: [{ obis: registerObis, scaler, unitCode, value: supply.register(readAt) }],
    });
    const apdu = encryptGeneralGlo(plain, {
      systemTitle,
      keys: { encryptionKey, authenticationKey },
      invocationCounter: this.nextInvocation(),
    });
    return { apdu, invokeId: this.invokeId };
  }

  /** The first of `count` invocation counters for an association; pushes go on behind them. */
  reserveInvocations(count: number): number {
    const first = this.nextInvocation();
    this.lastInvocation += count - 1;
    return first;
  }

  /** Grows for ever, over restarts too and whoever speaks for the meter, because the clock does: 32 bits last until 2033. */
  private nextInvocation(): number {
    const tenthsOfSeconds = Math.floor((Date.now() - Date.UTC(2020, 0, 1)) / 100);
    this.lastInvocation = Math.max(this.lastInvocation + 1, tenthsOfSeconds);
    return this.lastInvocation;
  }
}
