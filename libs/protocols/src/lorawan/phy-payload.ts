import { fail } from '../decode-error.ts';
import { toHex } from '../hex.ts';
import { loraPacket, type LoraPacket } from './lora-packet.ts';
import { readMacCommands, type Direction, type MacCommand } from './mac-commands.ts';

/** Keys of a session, or of a device where a join is read; 16 octets each. */
export interface LorawanKeys {
  /** NwkSKey: proves data messages, and opens their port 0. */
  readonly network?: Uint8Array;
  /** AppSKey: opens the payload of data messages. */
  readonly application?: Uint8Array;
  /** AppKey: proves join requests, opens and proves join accepts. */
  readonly root?: Uint8Array;
}

export type PhyPayload = DataMessage | JoinRequest | JoinAccept | OtherMessage;

interface Message {
  /** The message integrity code was right; absent where no key was there to tell. */
  readonly authenticated?: boolean;
}

/** Addresses are hexadecimal in capitals, most significant digit first. */
export interface DataMessage extends Message {
  readonly kind: 'data';
  readonly direction: Direction;
  readonly confirmed: boolean;
  readonly devAddr: string;
  /** 32 bits where the code proved the upper ones, else the 16 that were sent. */
  readonly frameCounter: number;
  readonly acknowledges: boolean;
  readonly macCommands: readonly MacCommand[];
  /** Absent in messages without a payload. */
  readonly port?: number;
  /** As it was sent on ports from 1 where no application key is there; then `isEncrypted`. */
  readonly payload: Uint8Array;
  readonly isEncrypted: boolean;
}

export interface JoinRequest extends Message {
  readonly kind: 'join-request';
  readonly joinEui: string;
  readonly devEui: string;
  readonly devNonce: string;
}

export interface JoinAccept extends Message {
  readonly kind: 'join-accept';
  readonly joinNonce: string;
  readonly netId: string;
  readonly devAddr: string;
}

/** Rejoin requests and proprietary messages: their content is not looked into. */
export interface OtherMessage extends Message {
  readonly kind: 'rejoin-request' | 'proprietary';
  readonly content: Uint8Array;
}

const LORAWAN_R1 = 0;
const SHORTEST = 5;
/** The largest PHYPayload of LoRa modulation. */
const LONGEST = 255;
/** How many values of a counter's upper 16 bits are tried where the caller knows none: a device of a million messages. */
const COUNTER_ROLLOVERS = 16;

/**
 * Reads a PHYPayload (TS001-1.0.4, clause 4 and 6.2), proves it and opens it with the keys there are.
 * @param counterHigh upper 16 bits of the last frame counter of the session: these and the next are tried
 * Fails with `LORAWAN_VERSION_UNSUPPORTED`, `FRAME_TRUNCATED`, `FRAME_TOO_LONG`, `LORAWAN_MIC_MISMATCH`,
 * `LORAWAN_KEY_MISSING`, `LORAWAN_KEY_INVALID`, `LORAWAN_JOIN_LENGTH`.
 */
export function readPhyPayload(octets: Uint8Array, keys: LorawanKeys, counterHigh?: number): PhyPayload {
  if (octets.length < SHORTEST) tooShort('A PHYPayload', SHORTEST, octets);
  if (octets.length > LONGEST)
    fail('FRAME_TOO_LONG', `A PHYPayload has ${LONGEST} octets at most, this one ${octets.length}.`, LONGEST);
  for (const key of [keys.network, keys.application, keys.root]) {
    if (key && key.length !== 16)
      fail('LORAWAN_KEY_INVALID', `A LoRaWAN key has 16 octets, this one ${key.length}: give 32 digits.`, 0);
  }
  const header = octets[0]!;
  const type = header >> 5;
  if (type === 7) return { kind: 'proprietary', content: octets.slice(1, -4) };
  if ((header & 3) !== LORAWAN_R1)
    fail(
      'LORAWAN_VERSION_UNSUPPORTED',
      `Major version ${header & 3} is not known: only LoRaWAN R1 (0) is.`,
      0,
    );
  if (type === 6) return { kind: 'rejoin-request', content: octets.slice(1, -4) };
  if (type === 0) return readJoinRequest(octets, keys.root);
  if (type === 1) return readJoinAccept(octets, keys.root);
  return readData(octets, keys, counterHigh);
}

function readData(octets: Uint8Array, keys: LorawanKeys, counterHigh: number | undefined): DataMessage {
  if (octets.length < 12) tooShort('A data message', 12, octets);
  const header = 8 + (octets[5]! & 0x0f);
  if (octets.length - 4 < header) {
    fail(
      'FRAME_TRUNCATED',
      `FOpts of ${header - 8} octets are announced but ${octets.length - 12} are there.`,
      8,
    );
  }
  const packet = loraPacket.fromWire(Buffer.from(octets));
  const direction = packet.getDir() === 'down' ? 'down' : 'up';
  const high = keys.network && provenCounter(packet, keys.network, counterHigh, octets.length);
  const port = packet.FPort?.length ? packet.FPort[0] : undefined;
  const key = port === 0 ? keys.network : keys.application;
  const sealed = packet.FRMPayload ?? Buffer.alloc(0);
  const isOpened = sealed.length === 0 || key !== undefined;
  const payload =
    key && sealed.length > 0
      ? loraPacket.decrypt(
          packet,
          buffer(keys.application),
          buffer(keys.network),
          upperBits(high ?? counterHigh ?? 0),
        )
      : sealed;
  return {
    kind: 'data',
    direction,
    confirmed: packet.isConfirmed(),
    authenticated: keys.network && true,
    devAddr: toHex(packet.DevAddr!),
    frameCounter: packet.getFCnt()! + (high ?? 0) * 0x10000,
    acknowledges: packet.getFCtrlACK() === true,
    macCommands: [
      ...readMacCommands(packet.FOpts!, direction),
      ...(port === 0 && isOpened ? readMacCommands(payload, direction) : []),
    ],
    port,
    payload: new Uint8Array(payload),
    isEncrypted: !isOpened,
  };
}

/** The upper bits of the frame counter with which the code is right (TS001-1.0.4, 4.4 and 4.3.1.5). */
function provenCounter(
  packet: LoraPacket,
  key: Uint8Array,
  counterHigh: number | undefined,
  length: number,
): number {
  const first = counterHigh ?? 0;
  const last = counterHigh === undefined ? COUNTER_ROLLOVERS - 1 : Math.min(counterHigh + 1, 0xffff);
  for (let high = first; high <= last; high++) {
    if (loraPacket.verifyMIC(packet, Buffer.from(key), undefined, upperBits(high))) return high;
  }
  return fail(
    'LORAWAN_MIC_MISMATCH',
    `The message integrity code is not that of this network session key: the frame was changed, or the key is of ` +
      `another device or session${counterHigh === undefined ? ', or its frame counter is beyond a million' : ''}.`,
    length - 4,
  );
}

function readJoinRequest(octets: Uint8Array, root: Uint8Array | undefined): JoinRequest {
  if (octets.length !== 23) joinLength('A join request', '23', octets);
  const packet = loraPacket.fromWire(Buffer.from(octets));
  if (root && !loraPacket.verifyMIC(packet, undefined, Buffer.from(root))) wrongRootKey(octets);
  return {
    kind: 'join-request',
    authenticated: root && true,
    joinEui: toHex(packet.AppEUI!),
    devEui: toHex(packet.DevEUI!),
    devNonce: toHex(packet.DevNonce!),
  };
}

/** Join accepts come encrypted; a network server's log may show them open. */
function readJoinAccept(octets: Uint8Array, root: Uint8Array | undefined): JoinAccept {
  if (octets.length !== 17 && octets.length !== 33) joinLength('A join accept', '17 or 33', octets);
  if (!root)
    fail('LORAWAN_KEY_MISSING', 'A join accept is encrypted: give the root key (AppKey) of the device.', 1);
  const sealed = Buffer.from(octets);
  const candidates = [loraPacket.decryptJoinAccept(loraPacket.fromWire(sealed), Buffer.from(root)), sealed];
  const packet = candidates
    .map((candidate) => loraPacket.fromWire(candidate))
    .find(
      (candidate) =>
        // LoRaWAN 1.1 (OptNeg) proves it with other keys, and with what the join request said.
        !candidate.getDLSettingsOptNeg() && loraPacket.verifyMIC(candidate, undefined, Buffer.from(root)),
    );
  if (!packet) wrongRootKey(octets);
  return {
    kind: 'join-accept',
    authenticated: true,
    joinNonce: toHex(packet.AppNonce!),
    netId: toHex(packet.NetID!),
    devAddr: toHex(packet.DevAddr!),
  };
}

const buffer = (octets: Uint8Array | undefined) => octets && Buffer.from(octets);
const upperBits = (high: number) => Buffer.of(high & 0xff, high >> 8);

function tooShort(what: string, least: number, octets: Uint8Array): never {
  fail('FRAME_TRUNCATED', `${what} has ${least} octets at least, this one ${octets.length}.`, octets.length);
}

function joinLength(what: string, lengths: string, octets: Uint8Array): never {
  const code = octets.length < 17 ? 'FRAME_TRUNCATED' : 'LORAWAN_JOIN_LENGTH';
  fail(code, `${what} has ${lengths} octets, this one ${octets.length}.`, octets.length);
}

function wrongRootKey(octets: Uint8Array): never {
  fail(
    'LORAWAN_MIC_MISMATCH',
    'The message integrity code is not that of this root key (AppKey): the frame was changed, or it is another device’s key.',
    octets.length - 4,
  );
}
