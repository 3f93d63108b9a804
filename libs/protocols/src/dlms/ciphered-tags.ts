export const GENERAL_GLO_CIPHERING = 0xdb;
export const GENERAL_DED_CIPHERING = 0xdc;
export const GENERAL_CIPHERING = 0xdd;

/**
 * Plain APDU to its service-specific, globally ciphered form: those of short names (initiate, read, write, their answers,
 * unconfirmed write, information report), then those of logical names (GET, SET, event, ACTION and their answers).
 */
const gloTags: Readonly<Record<number, number>> = {
  0x01: 0x21, 0x05: 0x25, 0x06: 0x26, 0x08: 0x28, 0x0c: 0x2c, 0x0d: 0x2d, 0x0e: 0x2e, 0x16: 0x36, 0x18: 0x38,
  0xc0: 0xc8, 0xc1: 0xc9, 0xc2: 0xca, 0xc3: 0xcb, 0xc4: 0xcc, 0xc5: 0xcd, 0xc7: 0xcf,
}; // prettier-ignore

/** The dedicated form is 8 above the global one for logical names, and 32 above for the others. */
const dedicatedTag = (gloTag: number) => gloTag + (gloTag >= 0xc8 ? 8 : 32);
const serviceSpecific = new Set(Object.values(gloTags).flatMap((tag) => [tag, dedicatedTag(tag)]));

/** The tag for `encryptService`; `undefined` where an APDU has no such form (use `encryptGeneralGlo`). */
export function gloTagOf(apduTag: number): number | undefined {
  return gloTags[apduTag];
}

/** The same under the dedicated key; an initiate-request, which brings that key, has none. */
export function dedTagOf(apduTag: number): number | undefined {
  const tag = apduTag === INITIATE_REQUEST_TAG ? undefined : gloTags[apduTag];
  return tag === undefined ? undefined : dedicatedTag(tag);
}

const INITIATE_REQUEST_TAG = 0x01;

/** Whether the key of one association ciphers it, not one of the meter. */
export const isDedicated = (tag: number) =>
  tag === GENERAL_DED_CIPHERING || (tag >= 0xd0 && tag <= 0xd7) || (tag >= 0x41 && tag <= 0x58);

export function isCiphered(tag: number | undefined): boolean {
  return tag !== undefined && (isGeneralCiphering(tag) || serviceSpecific.has(tag));
}

/** Whether the form may hold any APDU, and names who sent it. */
export const isGeneralCiphering = (tag: number) => tag >= GENERAL_GLO_CIPHERING && tag <= GENERAL_CIPHERING;
