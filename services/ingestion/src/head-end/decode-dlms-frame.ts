import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  decodePush,
  fromHex,
  isDecodeError,
  sealedSender,
  toHex,
  type DecodedPush,
  type DecodeError,
  type ResolveLocalTime,
} from '@metermesh/protocols';
import { timeZoneOf, type KnownMeter, type MeterKeys } from '../domain/known-meter.ts';
import { isDeviceName, type Sender } from '../domain/sender.ts';
import { instantOfLocal } from '../domain/local-time.ts';

/**
 * Who sent an APDU, as far as that shows without keys: its system title, what a plain push says of its device, or else
 * who spoke before from the same end of the line. Refuses with DEVICE_NOT_NAMED and the codec's own codes.
 */
export function senderOfDlmsFrame(apdu: Uint8Array, before?: Sender): Sender | Refusal {
  const sealed = sealedSender(apdu);
  if (isDecodeError(sealed)) return undecodable(sealed);
  if (sealed.systemTitle) return { systemTitle: toHex(sealed.systemTitle), serialNumbers: [] };
  if (sealed.isCiphered) return before ?? CIPHERED_BY_NOBODY;
  const push = decodePush(apdu);
  if (isDecodeError(push)) return undecodable(push);
  const serialNumbers = [push.device.serialNumber, push.device.logicalDeviceName].filter(
    (name): name is string => name !== undefined && isDeviceName(name),
  );
  if (serialNumbers.length > 0) return { serialNumbers };
  if (before) return before;
  return refuse(
    'DEVICE_NOT_NAMED',
    'The push names no device in 1 to 64 printable characters: add the device id (0.0.96.1.0.255) or the logical device name (0.0.42.0.0.255) to it.',
  );
}

/**
 * What the APDU of a known meter says. Besides the codec's own codes: DLMS_KEY_MISSING where it is encrypted and the
 * meter has no keys; DLMS_CIPHERING_REQUIRED and DLMS_NOT_AUTHENTICATED where it is weaker than the meter's keys allow,
 * for then anybody could have sent it.
 */
export function decodeDlmsFrame(apdu: Uint8Array, meter: KnownMeter): DecodedPush | Refusal {
  const { keys, serialNumber } = meter;
  if (keys && !isKeyNeeded(apdu, keys)) {
    return refuse(
      'DLMS_CIPHERING_REQUIRED',
      `Meter ${serialNumber} has keys but sent a frame in clear text: let it encrypt its pushes, or take its keys away.`,
    );
  }
  const push = readDlmsFrame(apdu, meter);
  if (isRefusal(push)) return push;
  if (keys?.authenticationKey && !push.authenticated) {
    return refuse(
      'DLMS_NOT_AUTHENTICATED',
      `Meter ${serialNumber} has an authentication key but did not authenticate its frame.`,
    );
  }
  return push;
}

/** What an APDU says, by the keys and the clock of its meter; whether it is the meter's is known already. */
export function readDlmsFrame(apdu: Uint8Array, meter: KnownMeter): DecodedPush | Refusal {
  const zone = timeZoneOf(meter);
  const resolveLocalTime: ResolveLocalTime | undefined = zone
    ? (local, daylightSaving) => instantOfLocal(local, zone, daylightSaving)
    : undefined;
  const push = decodePush(apdu, { keys: meter.keys, systemTitle: titleOf(meter), resolveLocalTime });
  return isDecodeError(push) ? undecodable(push) : push;
}

/** Whether the frame tells anything only to, or comes only from, one who has the keys: clear text behind a tag that we cannot check does not. */
function isKeyNeeded(apdu: Uint8Array, { authenticationKey }: MeterKeys): boolean {
  const sealed = sealedSender(apdu);
  if (isDecodeError(sealed)) return true;
  return sealed.isEncrypted || (sealed.isCiphered && authenticationKey !== undefined);
}

/** Of service-specific ciphering, which goes by what an association agreed on: the system title of the meter. */
function titleOf({ systemTitle }: KnownMeter): Uint8Array | undefined {
  const octets = systemTitle === undefined ? undefined : fromHex(systemTitle);
  return isDecodeError(octets) ? undefined : octets;
}

const CIPHERED_BY_NOBODY = refuse(
  'DEVICE_NOT_NAMED',
  'The ciphered frame names no system title: let the meter use general-glo-ciphering.',
);

export function undecodable({ code, message, offset }: DecodeError): Refusal {
  return refuse(code, `${message} (octet ${offset})`, { offset });
}
