import { DecodeError, isDecodeError } from '../decode-error.ts';
import { GENERAL_GLO_CIPHERING } from '../dlms/ciphered-tags.ts';
import { readCiphered } from '../dlms/ciphering.ts';
import { fromHex, toHex } from '../hex.ts';
import type { DecodedDevice, DecodedPush } from '../measurement.ts';
import { octetSplitter } from '../octet-splitter.ts';
import type { ProtocolCodec } from '../protocol-codec.ts';
import { openTelegram, type P1Keys } from './ciphered-telegram.ts';
import { splitByDevice } from './m-bus-devices.ts';
import { splitTelegrams, TelegramSplitter, type P1Frame } from './telegram-splitter.ts';
import { decodeTelegram, type TelegramOptions } from './telegram-push.ts';

/** A frame of {@link splitTelegrams}, opened where it is ciphered. Errors: those of decodeTelegram and openTelegram. */
export function decodeP1Frame(
  { octets, offset }: P1Frame,
  options: P1Keys & TelegramOptions = {},
): DecodedPush | DecodeError {
  if (octets[0] === SLASH) return decodeTelegram(octets, { ...options, offset });
  const opened = openTelegram(octets, options, offset);
  if (isDecodeError(opened)) return opened;
  const push = decodeTelegram(opened.telegram, { ...options, offset: 0 });
  if (isDecodeError(push)) return push;
  const { invocationCounter, authenticated } = opened;
  return { ...push, invocationCounter, authenticated };
}

const SLASH = 0x2f;

/** Text of a ciphered telegram: only hexadecimal digits from the tag and the title's length on. */
const isHexText = (bytes: Uint8Array) =>
  /^\s*db ?08[0-9a-f\s]*$/i.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  );

function decode(frame: Uint8Array, options: P1Keys & TelegramOptions): (DecodedPush | DecodeError)[] {
  const bytes = isHexText(frame) ? fromHex(Buffer.from(frame).toString('latin1')) : frame;
  if (isDecodeError(bytes)) return [bytes];
  const found = splitTelegrams(bytes);
  if (found.length === 0) {
    return [
      new DecodeError(
        'P1_TELEGRAM_MISSING',
        'There is no telegram here: it begins with "/" and three letters of the maker.',
        0,
      ),
    ];
  }
  return found.map((item) => (isDecodeError(item) ? item : decodeP1Frame(item, options)));
}

/** A ciphered telegram names the system title of its meter (Smarty P1 specification, 3.2.5). */
function sealedBy(frame: Uint8Array): DecodedDevice | DecodeError | undefined {
  const bytes = isHexText(frame) ? fromHex(Buffer.from(frame).toString('latin1')) : frame;
  if (isDecodeError(bytes) || bytes[0] !== GENERAL_GLO_CIPHERING) return undefined;
  const ciphered = readCiphered(bytes);
  if (isDecodeError(ciphered)) return ciphered;
  return { systemTitle: ciphered.systemTitle && toHex(ciphered.systemTitle) };
}

export const dsmr: ProtocolCodec = {
  protocol: 'dsmr',
  standard: 'DSMR P1 2.2 to 5.0.2 (ESMR), e-MUCS P1 1.7.1, Smarty P1 1.1.3; IEC 62056-21 data readout',
  input: 'text',
  decode,
  sealedBy,
  byDevice: splitByDevice,
  splitter: () => octetSplitter(new TelegramSplitter()),
};
