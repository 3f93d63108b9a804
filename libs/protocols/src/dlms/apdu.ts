import { isCiphered } from './ciphered-tags.ts';

/** Which APDU begins with an octet (IEC 62056-5-3, the tags of COSEMpdu and of ACSE). */
const kinds = {
  0x01: 'initiate-request',
  0x08: 'initiate-response',
  0x05: 'read-request',
  0x06: 'write-request',
  0x0c: 'read-response',
  0x0d: 'write-response',
  0x0e: 'confirmed-service-error',
  0x0f: 'data-notification',
  0x10: 'data-notification-confirm',
  0x16: 'unconfirmed-write-request',
  0x18: 'information-report',
  0x60: 'association-request',
  0x61: 'association-response',
  0x62: 'release-request',
  0x63: 'release-response',
  0xc0: 'get-request',
  0xc1: 'set-request',
  0xc2: 'event-notification',
  0xc3: 'action-request',
  0xc4: 'get-response',
  0xc5: 'set-response',
  0xc7: 'action-response',
  0xd8: 'exception-response',
  0xdf: 'general-signing',
  0xe0: 'general-block-transfer',
} as const;
export type ApduKind = (typeof kinds)[keyof typeof kinds] | 'ciphered';

/** What an APDU is, so that a listener knows which codec to ask; `undefined` for none that is spoken here. */
export function apduKind(apdu: Uint8Array): ApduKind | undefined {
  return isCiphered(apdu[0]) ? 'ciphered' : kinds[apdu[0] as keyof typeof kinds];
}
