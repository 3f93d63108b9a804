import { refuse, type Refusal } from '@metermesh/decider';

/** A meter as far as its readings need it, with everything that device-registry told of it put together. */
export interface KnownMeter {
  readonly serialNumber: string;
  /** 16 hexadecimal digits. */
  readonly systemTitle?: string;
  /** How it is called on its networks, as `isDeviceAddress` of @metermesh/metering has it. */
  readonly addresses: readonly string[];
  /** Exact decimal by which what the meter shows is multiplied. */
  readonly multiplier: string;
  readonly channels: readonly MeterChannel[];
  readonly networkAddress?: string;
  /** Name of the payload codec that reads its LoRaWAN uplinks. */
  readonly payloadCodec?: string;
  /** The concentrator that may speak for it. */
  readonly concentratorId?: string;
  readonly keys?: MeterKeys;
  readonly installations: readonly Installation[];
}

export interface MeterChannel {
  readonly readingType: string;
  readonly obis: string;
  readonly intervalSeconds: number;
}

export interface MeterKeys {
  /** Tells keys set one after the other apart. */
  readonly version: string;
  readonly encryptionKey: Uint8Array;
  readonly authenticationKey?: Uint8Array;
}

/** Instants in milliseconds; half-open, without end while the meter is there. */
export interface Installation {
  readonly usagePointId: string;
  /** Absent until device-registry has told of the usage point itself. */
  readonly timeZone?: string;
  /** Name of the part of the supply that it measures; absent for the supply itself. */
  readonly submeter?: string;
  readonly installedAt: number;
  readonly removedAt?: number;
}

/** The installation of which the interval has a part: the earlier one where a meter was moved within it. */
export function installationDuring(meter: KnownMeter, start: number, end: number): Installation | undefined {
  return meter.installations.find(
    ({ installedAt, removedAt = Infinity }) => installedAt < end && start < removedAt,
  );
}

/** The installation at an instant. The instant of removal counts: registers are read when a meter is taken down. */
export function installationAt(meter: KnownMeter, instant: number): Installation | undefined {
  return meter.installations.find(
    ({ installedAt, removedAt = Infinity }) => installedAt <= instant && instant <= removedAt,
  );
}

/** The zone in which the meter's clock runs where it does not say: that of where it is, or was last. */
export function timeZoneOf(meter: KnownMeter): string | undefined {
  return meter.installations.findLast(({ timeZone }) => timeZone !== undefined)?.timeZone;
}

export function notInstalled(meter: KnownMeter, instant: number): Refusal {
  return refuse(
    'METER_NOT_INSTALLED',
    `Meter ${meter.serialNumber} was at no usage point at ${new Date(instant).toISOString()}: ` +
      `record its installation in the device registry, then replay this.`,
  );
}

export function usagePointUnknown({ usagePointId }: Installation): Refusal {
  return refuse(
    'USAGE_POINT_UNKNOWN',
    `The device registry has not told of usage point ${usagePointId} yet: this is tried again as soon as it does.`,
  );
}
