import type { MeterAddress } from './address.ts';

/** Octets `at` (a CI field, or what it announces) to `end` (exclusive) of a frame that no longer has its checks. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
}

/** The key of a meter, or the end: `MBUS_KEY_MISSING`, `MBUS_KEY_INVALID` at the offset given. */
export type FindKey = (address: MeterAddress, offset: number) => Uint8Array;
