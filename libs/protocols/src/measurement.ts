import type { DeviceEventType } from '@metermesh/metering';

/** What a frame says, whatever protocol it came in. Codes of the field (OBIS) name the quantities. */
export interface DecodedPush {
  readonly device: DecodedDevice;
  /** When the meter sent it, ISO 8601 in UTC; absent where the frame does not say. */
  readonly time?: string;
  /** Whether the meter itself takes its clock for wrong; absent where the protocol does not say. */
  readonly clockInvalid?: boolean;
  readonly invokeId?: number;
  /** The sender waits for an answer to this message (DLMS: service class confirmed). */
  readonly confirmed?: boolean;
  /** Invocation counter of the ciphering; the receiver refuses one that is not above the last. */
  readonly invocationCounter?: number;
  /** Whether the sender proved to hold the authentication key. Absent in plain frames. */
  readonly authenticated?: boolean;
  readonly measurements: readonly DecodedMeasurement[];
  readonly loadProfiles: readonly DecodedLoadProfile[];
  readonly events: readonly DecodedEvent[];
  readonly warnings: readonly DecodeWarning[];
}

export interface DecodedDevice {
  readonly logicalDeviceName?: string;
  readonly serialNumber?: string;
  /** 16 hexadecimal digits. */
  readonly systemTitle?: string;
  /** How it is called on its network, as {@link isDeviceAddress} has it: `mbus:ELS-12345678`, `lorawan:70B3D57ED0000001`. */
  readonly address?: string;
  /** Three letters (FLAG association) or the maker's name. */
  readonly manufacturer?: string;
  /** E.g. `water`, `heat`, `electricity`, where the frame says so. */
  readonly medium?: string;
  /** Of its firmware or generation, as the frame gives it. */
  readonly version?: string;
}

export interface DecodedMeasurement {
  /** `A.B.C.D.E.F`; {@link UNNAMED} where the meter sent a value without a name, or one for which there is none. */
  readonly obis: string;
  /** How the protocol itself calls it where `obis` cannot: `vif:FD3A`, `zcl:0702/0801`. */
  readonly code?: string;
  readonly quantity?: string;
  /** Exact decimal after scaling, or text. */
  readonly value: string;
  readonly unit?: string;
  /** ISO 8601 in UTC, where the value has a time of its own. */
  readonly time?: string;
  /** Value before scaling: `value` = raw × 10^scaler. */
  readonly raw?: number | bigint;
  readonly scaler?: number;
  /** COSEM unit code (IEC 62056-6-2, 4.3.2). */
  readonly unitCode?: number;
  /** Number of the stored value, 0 is the present one; from `obis` where absent. */
  readonly storage?: number;
  /** Number of the tariff, 0 is the total; from `obis` where absent. */
  readonly tariff?: number;
  /** Number of the unit within the device that measured it, where there are several. */
  readonly subunit?: number;
  /** Absent for what is read or counted as it is. */
  readonly extreme?: 'minimum' | 'maximum' | 'during-error';
}

export const UNNAMED = '0.0.0.0.0.0';

/** How the values of a profile relate to its intervals. */
export type Accumulation =
  /** what flowed during the interval */
  | 'interval'
  /** the register at the end of the interval */
  | 'cumulative'
  /** sampled or averaged at the end of the interval */
  | 'instantaneous';

/** One channel, values at a fixed distance in time. Interval `i` is [start + i·interval, start + (i+1)·interval). */
export interface DecodedLoadProfile {
  readonly obis: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly unitCode?: number;
  /** A value is `values[i]` × 10^scaler in the unit. */
  readonly scaler: number;
  readonly accumulation: Accumulation;
  /** Start of the first interval, milliseconds since 1970. */
  readonly start: number;
  readonly intervalSeconds: number;
  /** Integers as the meter sent them; `NaN` where the meter sent none. */
  readonly values: Float64Array;
  /** The meter's status word of each interval (0 where none was sent), where the profile has one. */
  readonly statuses?: Uint32Array;
  /** What whoever validated the values says of each, in codes of reading quality; absent in what meters send. */
  readonly qualities?: Uint8Array;
}

export interface DecodedEvent {
  /** Where it was told, `A.B.C.D.E.F`, in protocols that name it so. */
  readonly obis?: string;
  /** What the meter sent for it. */
  readonly code: number | string;
  /** What it is, in the words of the standard or of the maker. */
  readonly name?: string;
  /** Which of the known kinds that is; absent where the code is nobody's but the maker's. */
  readonly type?: DeviceEventType;
  /** When it happened by the meter's own clock, ISO 8601 in UTC; absent of a state that every frame tells anew. */
  readonly time?: string;
}

export interface DecodeWarning {
  readonly code: string;
  readonly message: string;
}
