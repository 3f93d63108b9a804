import { DecodeError, isDecodeError } from '../decode-error.ts';
import type { DecodedPush } from '../measurement.ts';
import { BlockAssembler, GENERAL_BLOCK_TRANSFER } from './general-block-transfer.ts';
import { decodeHdlc } from './hdlc.ts';
import { HdlcReassembler } from './hdlc-reassembler.ts';
import { stripLlc } from './llc.ts';
import { decodePush, type PushOptions } from './push.ts';
import { decodeWrapper, WRAPPER_HEADER } from './wrapper.ts';

/**
 * Everything in a capture of one direction: HDLC frames, wrapper frames or a bare APDU, told apart by how they begin.
 * Never empty: where there is no push there is an error that says so.
 */
export function decodeFrame(bytes: Uint8Array, options: PushOptions = {}): (DecodedPush | DecodeError)[] {
  return apdusOf(bytes).map((apdu) => (isDecodeError(apdu) ? apdu : decodePush(apdu, options)));
}

/** The APDUs of such a capture, still ciphered where they are; what {@link decodeFrame} decodes. */
export function apdusOf(bytes: Uint8Array): (Uint8Array | DecodeError)[] {
  const apdus = joinTransfers(unpack(bytes));
  return apdus.length > 0
    ? apdus
    : [new DecodeError('DLMS_APDU_MISSING', 'The frames carry no APDU: they only manage the link.', 0)];
}

function unpack(bytes: Uint8Array): (Uint8Array | DecodeError)[] {
  if (looksLikeHdlc(bytes)) return unpackHdlc(bytes);
  if (bytes.length >= WRAPPER_HEADER && bytes[0] === 0 && bytes[1] === 1) {
    return decodeWrapper(bytes).map((frame) => (isDecodeError(frame) ? frame : frame.payload));
  }
  return [stripLlc(bytes)];
}

/** A flag and format type 3 at the start, or after line noise of a few octets. */
function looksLikeHdlc(bytes: Uint8Array): boolean {
  for (let at = 0; at < Math.min(bytes.length - 1, 8); at++) {
    if (bytes[at] === 0x7e && (bytes[at + 1] === 0x7e || bytes[at + 1]! >> 4 === 0xa)) return true;
  }
  return bytes[0] === 0x7e;
}

function unpackHdlc(bytes: Uint8Array): (Uint8Array | DecodeError)[] {
  const reassembler = new HdlcReassembler();
  const apdus: (Uint8Array | DecodeError)[] = [];
  let isBroken = false;
  for (const frame of decodeHdlc(bytes)) {
    if (isDecodeError(frame)) {
      isBroken = isBroken || reassembler.unfinished > 0;
      reassembler.reset();
      apdus.push(frame);
    } else if (isBroken) {
      // What is left of an APDU that lost a segment has been reported with the loss.
      isBroken = frame.segmented;
    } else {
      const apdu = reassembler.push(frame);
      if (apdu) apdus.push(apdu);
    }
  }
  if (reassembler.unfinished > 0) {
    apdus.push(
      new DecodeError('HDLC_SEGMENT_MISSING', 'The last segment of the APDU is missing.', bytes.length),
    );
  }
  return apdus;
}

const isBlock = (apdu: Uint8Array | DecodeError): apdu is Uint8Array =>
  !isDecodeError(apdu) && apdu[0] === GENERAL_BLOCK_TRANSFER;

/** Blocks of a general block transfer, one a frame, become the APDU that they carry. */
function joinTransfers(apdus: (Uint8Array | DecodeError)[]): (Uint8Array | DecodeError)[] {
  if (!apdus.some(isBlock)) return apdus;
  const assembler = new BlockAssembler();
  const joined: (Uint8Array | DecodeError)[] = [];
  for (const apdu of apdus) {
    const result = isBlock(apdu) ? assembler.push(apdu) : apdu;
    if (result) joined.push(result);
  }
  if (assembler.pending > 0) {
    joined.push(
      new DecodeError(
        'DLMS_BLOCK_MISSING',
        `The frame ends after block ${assembler.pending}, which is not the last.`,
        0,
      ),
    );
  }
  return joined;
}
