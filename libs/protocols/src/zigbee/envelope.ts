import { ByteReader } from '../byte-reader.ts';
import { attempt, fail, isDecodeError } from '../decode-error.ts';
import { findCluster, fittingClusters } from './cluster.ts';
import { readZclFrame, type ZclFrame } from './zcl-frame.ts';
import { readUnsigned } from './zcl-value.ts';

/** A frame and the cluster that it belongs to. */
export interface Addressed {
  readonly cluster: number;
  readonly frame: ZclFrame;
  /** The cluster was taken from the attributes: it is the only one, or the first, of these. */
  readonly assumedOf?: readonly number[];
}

/** Home Automation, Smart Energy, ZLL (Zigbee profile identifiers). */
const PROFILES = new Set([0x0104, 0x0109, 0xc05e]);

/**
 * Which cluster a frame belongs to. The cluster library leaves that to the layer below, so it comes as: `cluster` beside
 * the frame; two octets (big-endian) before it; an APS data frame (Zigbee specification, 2.2.5.1) around it; or not at
 * all, where the attributes leave only one, or where the first of several may be guessed. Fails with `ZIGBEE_CLUSTER_MISSING` and what {@link readZclFrame} fails with.
 */
export function readEnvelope(bytes: Uint8Array, cluster: number | undefined, mayGuess = false): Addressed {
  if (cluster !== undefined) return { cluster, frame: readZclFrame(bytes, 0) };
  // An APS frame shows by its profile; a cluster before the frame has less that marks it.
  const wrapped = readAps(bytes) ?? readPrefixed(bytes);
  if (wrapped) return wrapped;
  const frame = attempt(() => readZclFrame(bytes, 0));
  if (isDecodeError(frame)) {
    if (looksPrefixed(bytes))
      return { cluster: clusterBefore(bytes), frame: readZclFrame(bytes.subarray(2), 2) };
    throw frame;
  }
  const fitting = fittingClusters(frame).map(({ id }) => id);
  const [likeliest] = fitting;
  if (likeliest !== undefined && (mayGuess || fitting.length === 1))
    return { cluster: likeliest, frame, assumedOf: fitting };
  fail(
    'ZIGBEE_CLUSTER_MISSING',
    'The frame does not say its cluster, and its attributes do not tell: put the cluster before it (0702 18…), or give it as an option.',
    0,
  );
}

/** Answers only what is certain: a cluster known here, and behind it a whole frame of a server. */
function readPrefixed(bytes: Uint8Array): Addressed | undefined {
  const cluster = clusterBefore(bytes);
  if (bytes.length < 5 || !findCluster(cluster)) return undefined;
  return ofServer(cluster, bytes, 2);
}

const clusterBefore = (bytes: Uint8Array): number => (bytes[0]! << 8) | bytes[1]!;

/**
 * Whether behind two octets a server's frame may begin, with or without default response: of octets that are no frame as
 * they are it then says more to read that one, damaged or of a cluster that nobody here knows.
 */
function looksPrefixed(bytes: Uint8Array): boolean {
  return bytes.length >= 5 && (bytes[2]! & 0xea) === 0x08;
}

function ofServer(cluster: number, bytes: Uint8Array, offset: number): Addressed | undefined {
  const frame = attempt(() => readZclFrame(bytes.subarray(offset), offset));
  return isDecodeError(frame) || !frame.isFromServer ? undefined : { cluster, frame };
}

/** Frame control, destination endpoint or group, cluster, profile, source endpoint, counter; little-endian. */
function readAps(bytes: Uint8Array): Addressed | undefined {
  const reader = new ByteReader(bytes);
  if (bytes.length < 11) return undefined;
  const control = reader.u8();
  const isData = (control & 0x03) === 0;
  const isSecured = (control & 0x20) !== 0;
  const isExtended = (control & 0x80) !== 0;
  if (!isData || isSecured) return undefined;
  const isToGroup = (control & 0x0c) === 0x0c;
  reader.take(isToGroup ? 2 : 1);
  const cluster = readUnsigned(reader, 2);
  const profile = readUnsigned(reader, 2);
  reader.take(2);
  // An extended header means fragments, which the stack puts together before anybody hands a frame on.
  if (isExtended || !PROFILES.has(profile)) return undefined;
  return ofServer(cluster, bytes, reader.offset);
}
