import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  apdusOf,
  isDecodeError,
  type DecodedDevice,
  type DecodedPush,
  type DecodeError,
  type ProtocolCodec,
  type ResolveLocalTime,
} from '@metermesh/protocols';
import { timeZoneOf, type KnownMeter, type MeterKeys } from '../../domain/known-meter.ts';
import { instantOfLocal } from '../../domain/local-time.ts';
import { isDeviceName, type Sender } from '../../domain/sender.ts';
import type { Submission } from '../../submission.ts';
import { decodeDlmsFrame, senderOfDlmsFrame, undecodable } from '../decode-dlms-frame.ts';

/** What a frame says of one device: whose it is and, once that meter is known, what it says. */
export type FramePart = Pick<Submission, 'sender' | 'open'>;

export interface FrameSurroundings {
  /** By what the sender is known where the frame itself does not say. */
  readonly named?: Sender;
  /** The keys of a meter, where it is known and has any. */
  keysOf(sender: Sender): Promise<MeterKeys | undefined>;
}

/**
 * What a frame of any protocol says, by device. Whose it is shows in the clear, or was said by whoever brought it; what is
 * sealed is opened with that meter's keys. Never empty.
 *
 * Parts refuse with the codec's own codes; with DEVICE_NOT_NAMED; with `…_CIPHERING_REQUIRED` where a meter has keys but its
 * frame is plain, for then anybody could have sent it; with `…_NOT_AUTHENTICATED` where the frame lacks the proof that the
 * meter's authentication key allows.
 */
export async function partsOfFrame(
  codec: ProtocolCodec,
  frame: Uint8Array,
  { named, keysOf }: FrameSurroundings,
): Promise<FramePart[]> {
  if (codec.protocol === 'dlms') return apdusOf(frame).map(dlmsPart);
  const sealedBy = codec.sealedBy?.(frame);
  if (isDecodeError(sealedBy)) return [refusedPart(undecodable(sealedBy))];
  if (!sealedBy) return sayings(codec, frame).map((saying) => plainPart(codec, saying, named));

  const sealer = senderOf(sealedBy, named);
  const keys = isRefusal(sealer) ? undefined : await keysOf(sealer);
  const [own, ...others] = sayings(codec, frame, keys);
  return [sealedPart(codec, own!, sealer), ...others.map((saying) => plainPart(codec, saying, named))];
}

/** What is said of one device. */
interface Saying {
  readonly said: DecodedPush | DecodeError;
  /** The same, by the clock of where the meter is. */
  readAt(meter: KnownMeter): DecodedPush | DecodeError;
}

function sayings(codec: ProtocolCodec, frame: Uint8Array, keys?: MeterKeys): Saying[] {
  const read = (resolveLocalTime?: ResolveLocalTime) =>
    codec
      .decode(frame, { ...keys, resolveLocalTime })
      .flatMap((push) => (isDecodeError(push) ? push : (codec.byDevice?.(push) ?? push)));
  let hasLocalTimes = false;
  const asSent = read(() => {
    hasLocalTimes = true;
    return 0;
  });
  return asSent.map((said, i) => ({
    said,
    readAt(meter) {
      if (!hasLocalTimes) return said;
      const zone = timeZoneOf(meter);
      return read(zone ? (local, dst) => instantOfLocal(local, zone, dst) : undefined)[i]!;
    },
  }));
}

/** Of the meter that sealed the frame, or whom at least its seal names. */
function sealedPart(codec: ProtocolCodec, { said, readAt }: Saying, sender: Sender | Refusal): FramePart {
  return {
    sender,
    open(meter) {
      if (!isDecodeError(said) && said.authenticated === false && meter.keys?.authenticationKey)
        return notAuthenticated(codec, meter);
      return orUndecodable(readAt(meter));
    },
  };
}

/** Of a device that nobody's seal vouches for. */
function plainPart(codec: ProtocolCodec, { said, readAt }: Saying, named: Sender | undefined): FramePart {
  if (isDecodeError(said)) return refusedPart(undecodable(said));
  return {
    sender: senderOf(said.device, named),
    open: (meter) =>
      meter.keys && codec.sealedBy ? cipheringRequired(codec, meter) : orUndecodable(readAt(meter)),
  };
}

function dlmsPart(apdu: Uint8Array | DecodeError): FramePart {
  if (isDecodeError(apdu)) return refusedPart(undecodable(apdu));
  return { sender: senderOfDlmsFrame(apdu), open: (meter) => decodeDlmsFrame(apdu, meter) };
}

/** By all that the frame says of its device, and then by what is known of who brought it. */
function senderOf(device: DecodedDevice, named: Sender | undefined): Sender | Refusal {
  const { address, serialNumber, logicalDeviceName, systemTitle = named?.systemTitle } = device;
  const own = [serialNumber, logicalDeviceName].filter((name) => name !== undefined && isDeviceName(name));
  const serialNumbers = [...(own as string[]), ...(named?.serialNumbers ?? [])];
  const addresses = [...(address === undefined ? [] : [address]), ...(named?.addresses ?? [])];
  if (serialNumbers.length > 0 || addresses.length > 0 || systemTitle)
    return { systemTitle, addresses, serialNumbers };
  return refuse(
    'DEVICE_NOT_NAMED',
    'The frame does not say which device sent it, nor does how it came: name the device beside it.',
  );
}

const refusedPart = (refusal: Refusal): FramePart => ({ sender: refusal, open: () => refusal });

const orUndecodable = (push: DecodedPush | DecodeError) => (isDecodeError(push) ? undecodable(push) : push);

const cipheringRequired = ({ protocol }: ProtocolCodec, { serialNumber }: KnownMeter) =>
  refuse(
    `${protocol.toUpperCase()}_CIPHERING_REQUIRED`,
    `Meter ${serialNumber} has keys but its frame is in clear text: let it encrypt, or take its keys away.`,
  );

const notAuthenticated = ({ protocol }: ProtocolCodec, { serialNumber }: KnownMeter) =>
  refuse(
    `${protocol.toUpperCase()}_NOT_AUTHENTICATED`,
    `Meter ${serialNumber} has an authentication key but did not authenticate its frame.`,
  );
