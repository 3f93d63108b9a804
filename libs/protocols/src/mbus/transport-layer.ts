import { fail } from '../decode-error.ts';
import { addressOfHeader, type MeterAddress } from './address.ts';
import type { Payload } from './payload.ts';

/** What follows a transport header. */
export type ApplicationKind = 'records' | 'compact' | 'format' | 'error' | 'alarm' | 'nothing';

type HeaderKind = 'none' | 'short' | 'long';

/** CI fields that are read (EN 13757-7, 5.2, table 2). */
const applications: Readonly<Record<number, readonly [header: HeaderKind, kind: ApplicationKind]>> = {
  0x51: ['none', 'records'], 0x5a: ['short', 'records'], 0x5b: ['long', 'records'],
  0x69: ['none', 'format'], 0x6a: ['short', 'format'], 0x6b: ['long', 'format'],
  0x6e: ['short', 'error'], 0x6f: ['long', 'error'], 0x70: ['none', 'error'],
  0x71: ['none', 'alarm'], 0x74: ['short', 'alarm'], 0x75: ['long', 'alarm'],
  0x72: ['long', 'records'], 0x78: ['none', 'records'], 0x7a: ['short', 'records'],
  0x73: ['long', 'compact'], 0x79: ['none', 'compact'], 0x7b: ['short', 'compact'],
  0x80: ['long', 'nothing'], 0x8a: ['short', 'nothing'], 0x8b: ['long', 'nothing'],
}; // prettier-ignore

/** CI fields of other application protocols, which are refused by name. */
const otherProtocols: Readonly<Record<number, string>> = {
  0x60: 'DLMS/COSEM', 0x61: 'DLMS/COSEM', 0x7c: 'DLMS/COSEM', 0x7d: 'DLMS/COSEM',
  0x64: 'SML', 0x65: 'SML', 0x7e: 'SML', 0x7f: 'SML',
  0x6c: 'time synchronisation', 0x6d: 'time synchronisation', 0x50: 'application reset', 0x52: 'selection of devices',
  0x76: 'variable data, most significant octet first, of M-Bus before EN 13757-3:2004',
  0x81: 'network layer', 0x82: 'network management', 0x86: 'variable extended link layer', 0xb8: 'baud rate change',
}; // prettier-ignore

/** The manufacturers' own CI fields. */
const PRIVATE_FIRST = 0xa0;
const PRIVATE_LAST = 0xb7;

export interface TransportHeader {
  readonly kind: ApplicationKind;
  readonly ci: number;
  /** Of the long header: the meter itself, where the link layer speaks for an adapter. */
  readonly address?: MeterAddress;
  readonly accessNumber?: number;
  readonly status?: number;
  /** Configuration field; 0 where there is no header. */
  readonly configuration: number;
  /** Security mode, bits 8 to 12 of the configuration field. */
  readonly securityMode: number;
  /** Configuration extension of modes 7 and 13. */
  readonly extension?: number;
  readonly payload: Payload;
}

const MODES_WITH_EXTENSION = new Set([7, 13]);

/**
 * Reads CI field and transport header (EN 13757-7, 7). Errors: `FRAME_TRUNCATED`, `MBUS_CI_UNSUPPORTED`, and
 * `MBUS_PAYLOAD_PRIVATE` for the CI fields that are the manufacturers' own.
 */
export function readTransport(
  { bytes, at, end }: Payload,
  manufacturer: string | undefined,
): TransportHeader {
  const ci = bytes[at]!;
  if (ci >= PRIVATE_FIRST && ci <= PRIVATE_LAST) {
    const owner = manufacturer ?? 'the manufacturer';
    fail(
      'MBUS_PAYLOAD_PRIVATE',
      `CI field ${hex(ci)} announces a format of ${owner} alone: it is not published.`,
      at,
    );
  }
  const application = applications[ci];
  if (!application) {
    const other = otherProtocols[ci];
    fail('MBUS_CI_UNSUPPORTED', `CI field ${hex(ci)} (${other ?? 'reserved'}) announces no M-Bus data.`, at);
  }
  const [header, kind] = application;
  if (header === 'none') {
    return { kind, ci, configuration: 0, securityMode: 0, payload: { bytes, at: at + 1, end } };
  }
  const fieldsAt = at + (header === 'long' ? 9 : 1);
  if (fieldsAt + 4 > end) fail('FRAME_TRUNCATED', `The transport header (${header}) is cut off.`, end);
  const configuration = bytes[fieldsAt + 2]! | (bytes[fieldsAt + 3]! << 8);
  const securityMode = (configuration >> 8) & 0x1f;
  const hasExtension = MODES_WITH_EXTENSION.has(securityMode);
  const next = fieldsAt + 4 + (hasExtension ? 1 : 0);
  if (next > end) fail('FRAME_TRUNCATED', 'The configuration field is cut off.', end);
  return {
    kind,
    ci,
    address: header === 'long' ? addressOfHeader(bytes, at + 1) : undefined,
    accessNumber: bytes[fieldsAt],
    status: bytes[fieldsAt + 1],
    configuration,
    securityMode,
    extension: hasExtension ? bytes[fieldsAt + 4] : undefined,
    payload: { bytes, at: next, end },
  };
}

const hex = (octet: number) => `${octet.toString(16).toUpperCase().padStart(2, '0')}h`;
