import { refuse, type Refusal } from '@metermesh/decider';
import {
  decodePush,
  isCiphered,
  isDecodeError,
  readCiphered,
  toHex,
  type DecodedPush,
  type DecodeError,
} from '@metermesh/protocols';
import { timeZoneOf, type KnownMeter } from '../domain/known-meter.ts';
import type { Sender } from '../domain/sender.ts';
import { instantOfLocal } from '../domain/local-time.ts';

/** Who sent an APDU, as far as that shows without keys: its system title, or what a plain push says of its device. */
export function senderOfDlmsFrame(apdu: Uint8Array): Sender | Refusal {
  if (isCiphered(apdu[0])) {
    const ciphered = readCiphered(apdu);
    if (isDecodeError(ciphered)) return undecodable(ciphered);
    if (ciphered.systemTitle) return { systemTitle: toHex(ciphered.systemTitle), serialNumbers: [] };
    return refuse(
      'DEVICE_NOT_NAMED',
      'The ciphered frame names no system title: let the meter use general-glo-ciphering.',
    );
  }
  const push = decodePush(apdu);
  if (isDecodeError(push)) return undecodable(push);
  const serialNumbers = [push.device.serialNumber, push.device.logicalDeviceName].filter(
    (name) => name !== undefined,
  );
  if (serialNumbers.length > 0) return { serialNumbers };
  return refuse(
    'DEVICE_NOT_NAMED',
    'The push names no device: add the device id (0.0.96.1.0.255) or the logical device name (0.0.42.0.0.255) to it.',
  );
}

/**
 * What the APDU of a known meter says. Besides the codec's own codes: DLMS_KEY_MISSING where it is encrypted and the
 * meter has no keys; DLMS_CIPHERING_REQUIRED and DLMS_NOT_AUTHENTICATED where it is weaker than the meter's keys allow,
 * for then anybody could have sent it.
 */
export function decodeDlmsFrame(apdu: Uint8Array, meter: KnownMeter): DecodedPush | Refusal {
  const { keys, serialNumber } = meter;
  const zone = timeZoneOf(meter);
  if (keys && !isCiphered(apdu[0])) {
    return refuse(
      'DLMS_CIPHERING_REQUIRED',
      `Meter ${serialNumber} has keys but sent a plain frame: let it encrypt its pushes, or take its keys away.`,
    );
  }
  const resolveLocalTime = zone ? (local: string) => instantOfLocal(local, zone) : undefined;
  const push = decodePush(apdu, { keys, resolveLocalTime });
  if (isDecodeError(push)) return undecodable(push);
  if (keys?.authenticationKey && !push.authenticated) {
    return refuse(
      'DLMS_NOT_AUTHENTICATED',
      `Meter ${serialNumber} has an authentication key but did not authenticate its frame.`,
    );
  }
  return push;
}

function undecodable({ code, message, offset }: DecodeError): Refusal {
  return refuse(code, `${message} (octet ${offset})`, { offset });
}
