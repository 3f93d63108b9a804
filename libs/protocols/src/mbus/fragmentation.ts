import { fail } from '../decode-error.ts';
import type { Payload } from './payload.ts';

export const AFL = 0x90;

/** Bits of the fragmentation control field (EN 13757-7, 6.3.2). */
const MORE_FRAGMENTS = 0x4000;
const CONTROL_PRESENT = 0x2000;
const LENGTH_PRESENT = 0x1000;
const COUNTER_PRESENT = 0x0800;
const MAC_PRESENT = 0x0400;
const KEY_PRESENT = 0x0200;

/** Octets of the code by authentication type (EN 13757-7, 6.3.3, table 6); AES-CMAC all of them. */
const macOctets: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8, 6: 12, 7: 16 };

/** What the authentication and fragmentation layer says (EN 13757-7, 6). */
export interface Authentication {
  /** Message control octet, where the layer has one. */
  readonly control?: number;
  /** Message counter as sent, little-endian. */
  readonly counter?: Uint8Array;
  readonly mac?: Uint8Array;
  readonly fragment: number;
  readonly moreFragments: boolean;
  /** Octets of the whole message over all fragments, where the layer says. */
  readonly messageLength?: number;
  /** Announced length field, as sent: part of what the code covers. */
  readonly lengthOctets?: Uint8Array;
  readonly payload: Payload;
}

/** Errors: `FRAME_TRUNCATED`, `MBUS_AUTHENTICATION_UNSUPPORTED`. */
export function readFragmentation({ bytes, at, end }: Payload): Authentication {
  const length = bytes[at + 1] ?? 0;
  const next = at + 2 + length;
  if (length < 2 || next > end) {
    fail('FRAME_TRUNCATED', `The authentication and fragmentation layer announces ${length} octets.`, at + 1);
  }
  const flags = bytes[at + 2]! | (bytes[at + 3]! << 8);
  let cursor = at + 4;
  const take = (count: number) => {
    if (cursor + count > next) {
      fail(
        'FRAME_TRUNCATED',
        'The authentication and fragmentation layer is shorter than its flags say.',
        cursor,
      );
    }
    cursor += count;
    return bytes.subarray(cursor - count, cursor);
  };
  const control = flags & CONTROL_PRESENT ? take(1)[0] : undefined;
  if (flags & KEY_PRESENT) take(2);
  const counter = flags & COUNTER_PRESENT ? take(4) : undefined;
  let mac: Uint8Array | undefined;
  if (flags & MAC_PRESENT) {
    const type = (control ?? 0) & 0x0f;
    const octets = control === undefined ? next - cursor - (flags & LENGTH_PRESENT ? 2 : 0) : macOctets[type];
    if (!octets || octets < 0) {
      fail(
        'MBUS_AUTHENTICATION_UNSUPPORTED',
        `Authentication type ${type} is none of AES-CMAC (3 to 7).`,
        at + 4,
      );
    }
    mac = take(octets);
  }
  const lengthOctets = flags & LENGTH_PRESENT ? take(2) : undefined;
  return {
    control,
    counter,
    mac,
    fragment: flags & 0xff,
    moreFragments: (flags & MORE_FRAGMENTS) !== 0,
    messageLength: lengthOctets && lengthOctets[0]! | (lengthOctets[1]! << 8),
    lengthOctets,
    payload: { bytes, at: next, end },
  };
}
