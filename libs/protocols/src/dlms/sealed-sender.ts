import { isDecodeError, type DecodeError } from '../decode-error.ts';
import { isCiphered } from './ciphered-tags.ts';
import { readCiphered } from './ciphering.ts';
import { GENERAL_BLOCK_TRANSFER, joinBlocks } from './general-block-transfer.ts';
import { GENERAL_SIGNING, readSigned } from './general-signing.ts';

/** Who sent an APDU, as far as its envelopes tell without keys. */
export interface SealedSender {
  readonly isCiphered: boolean;
  /** Whether what it says is hidden; ciphered frames may also be authenticated only. */
  readonly isEncrypted: boolean;
  readonly isSigned: boolean;
  /** 8 octets; absent where no envelope names one. */
  readonly systemTitle?: Uint8Array;
}

/** Looks through block transfer and signature to the ciphering. Errors: those of the envelopes. */
export function sealedSender(apdu: Uint8Array): SealedSender | DecodeError {
  if (apdu[0] === GENERAL_BLOCK_TRANSFER) {
    const joined = joinBlocks(apdu);
    if (isDecodeError(joined)) return joined;
    // Blocks of blocks are no use to anybody; whoever decodes them says so.
    return joined[0] === GENERAL_BLOCK_TRANSFER ? NOBODY : sealedSender(joined);
  }
  if (apdu[0] === GENERAL_SIGNING) {
    const signed = readSigned(apdu);
    if (isDecodeError(signed)) return signed;
    const content = sealedSender(signed.content);
    return isDecodeError(content) ? content : { ...content, isSigned: true, systemTitle: signed.systemTitle };
  }
  if (!isCiphered(apdu[0])) return NOBODY;
  const ciphered = readCiphered(apdu);
  if (isDecodeError(ciphered)) return ciphered;
  const { systemTitle, security } = ciphered;
  return { isCiphered: true, isEncrypted: security.encrypted, isSigned: false, systemTitle };
}

const NOBODY: SealedSender = { isCiphered: false, isEncrypted: false, isSigned: false };
