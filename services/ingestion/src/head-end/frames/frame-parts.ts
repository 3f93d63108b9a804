import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  apdusOf,
  isDecodeError,
  type DecodedPush,
  type DecodeError,
  type ProtocolCodec,
} from '@metermesh/protocols';
import type { KnownMeter, MeterKeys } from '../../domain/known-meter.ts';
import type { Sender } from '../../domain/sender.ts';
import type { Submission } from '../../submission.ts';
import { decodeDlmsFrame, senderOfDlmsFrame, undecodable } from '../decode-dlms-frame.ts';
import { byClock, type ByClock } from '../local-clock.ts';
import { senderOfDevice } from '../sender-of-device.ts';

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
 * Parts refuse with the codec's own codes; with DEVICE_NOT_NAMED; with FRAME_CIPHERING_REQUIRED where a meter has keys but its
 * frame is plain, for then anybody could have sent it; with FRAME_NOT_AUTHENTICATED where the frame lacks the proof that the
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

  const sealer = senderOfDevice(sealedBy, named);
  const keys = isRefusal(sealer) ? undefined : await keysOf(sealer);
  const [own, ...others] = sayings(codec, frame, keys);
  return [sealedPart(own!, sealer), ...others.map((saying) => plainPart(codec, saying, named))];
}

/** What is said of one device. */
type Saying = ByClock<DecodedPush | DecodeError>;

function sayings(codec: ProtocolCodec, frame: Uint8Array, keys?: MeterKeys): Saying[] {
  const all = byClock((resolveLocalTime) =>
    codec
      .decode(frame, { ...keys, resolveLocalTime })
      .flatMap((push) => (isDecodeError(push) ? push : (codec.byDevice?.(push) ?? push))),
  );
  return all.asSent.map((asSent, i) => ({ asSent, at: (meter) => all.at(meter)[i]! }));
}

/** Of the meter that sealed the frame, or whom at least its seal names. */
function sealedPart({ asSent, at }: Saying, sender: Sender | Refusal): FramePart {
  return {
    sender,
    open(meter) {
      if (!isDecodeError(asSent) && asSent.authenticated === false && meter.keys?.authenticationKey)
        return notAuthenticated(meter);
      return read(at(meter));
    },
  };
}

/** Of a device that nobody's seal vouches for. */
function plainPart(codec: ProtocolCodec, { asSent, at }: Saying, named: Sender | undefined): FramePart {
  if (isDecodeError(asSent)) return refusedPart(undecodable(asSent));
  return {
    sender: senderOfDevice(asSent.device, named),
    open: (meter) => (meter.keys && codec.sealedBy ? cipheringRequired(meter) : read(at(meter))),
  };
}

function dlmsPart(apdu: Uint8Array | DecodeError): FramePart {
  if (isDecodeError(apdu)) return refusedPart(undecodable(apdu));
  return { sender: senderOfDlmsFrame(apdu), open: (meter) => decodeDlmsFrame(apdu, meter) };
}

const read = (push: DecodedPush | DecodeError) => (isDecodeError(push) ? undecodable(push) : push);

const refusedPart = (refusal: Refusal): FramePart => ({ sender: refusal, open: () => refusal });

const cipheringRequired = ({ serialNumber }: KnownMeter) =>
  refuse(
    'FRAME_CIPHERING_REQUIRED',
    `Meter ${serialNumber} has keys but its frame is in clear text: let it encrypt, or take its keys away.`,
  );

const notAuthenticated = ({ serialNumber }: KnownMeter) =>
  refuse(
    'FRAME_NOT_AUTHENTICATED',
    `Meter ${serialNumber} has an authentication key but did not authenticate its frame.`,
  );
