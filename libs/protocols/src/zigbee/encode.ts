import { ByteWriter } from '../byte-writer.ts';
import { profilePeriods } from './load-profile.ts';
import { METERING } from './metering.ts';
import { ZIGBEE_EPOCH, zclType } from './zcl-value.ts';

/** An attribute to be sent; numbers and bigints for numeric types, milliseconds since 1970 for UTCTime. */
export interface OutgoingAttribute {
  readonly id: number;
  readonly type: number;
  readonly value: number | bigint | boolean | string | Uint8Array;
}

export interface AttributeReport {
  readonly sequence: number;
  readonly attributes: readonly OutgoingAttribute[];
}

const FROM_SERVER = 0x18;

/** Report Attributes (ZCL 2.5.11) of a server that wants no default response. Throws on a type it cannot write. */
export function encodeAttributeReport({ sequence, attributes }: AttributeReport): Uint8Array {
  const writer = new ByteWriter().u8(FROM_SERVER).u8(sequence).u8(0x0a);
  for (const { id, type, value } of attributes) {
    little(writer, id, 2).u8(type);
    writeValue(writer, type, value);
  }
  return writer.finish();
}

export interface ProfileResponse {
  readonly sequence: number;
  /** When the newest interval ended, milliseconds since 1970. */
  readonly end: number;
  readonly intervalSeconds: number;
  /** Oldest first, at most 255; `NaN` where there is none. */
  readonly values: readonly number[];
}

/** Get Profile Response of Metering (ZCL 10.4.2.3.1.1). Throws on an interval length that the cluster does not have. */
export function encodeProfileResponse({
  sequence,
  end,
  intervalSeconds,
  values,
}: ProfileResponse): Uint8Array {
  const period = profilePeriods.indexOf(intervalSeconds);
  if (period < 0) throw new RangeError(`Metering has no interval of ${intervalSeconds} s.`);
  const writer = new ByteWriter()
    .u8(FROM_SERVER | 1)
    .u8(sequence)
    .u8(0x00);
  little(writer, end / 1000 - ZIGBEE_EPOCH, 4)
    .u8(0)
    .u8(period)
    .u8(values.length);
  for (const value of values.toReversed()) little(writer, Number.isNaN(value) ? 0xffffff : value, 3);
  return writer.finish();
}

/** The frame with its cluster before it, as it is written down and sent to `meters/{client}/zigbee`. */
export function withCluster(cluster: number, frame: Uint8Array): Uint8Array {
  return new ByteWriter().u16(cluster).bytes(frame).finish();
}

/** An APS data frame (Zigbee specification, 2.2.5.1), unicast between endpoints, around a ZCL frame. */
export function encodeAps(
  {
    cluster,
    profile = 0x0104,
    endpoint = 1,
    counter = 0,
  }: { cluster: number; profile?: number; endpoint?: number; counter?: number },
  frame: Uint8Array,
): Uint8Array {
  const writer = new ByteWriter().u8(0x00).u8(1);
  little(little(writer, cluster, 2), profile, 2);
  return writer.u8(endpoint).u8(counter).bytes(frame).finish();
}

/** What a meter on ZigBee sends of itself, in one report: registers with all that tells how to read them. */
export interface MeteringReport {
  readonly sequence: number;
  readonly serialNumber: string;
  /** Milliseconds since 1970. */
  readonly readAt: number;
  /** Wh. */
  readonly delivered: number;
  /** Wh; where the meter counts both ways. */
  readonly received?: number;
  /** W, negative where it feeds in. */
  readonly demand?: number;
  /** Bits of ZCL 10.4.2.2.3.1. */
  readonly status?: number;
}

/** A report of a meter that counts kWh with three decimals. */
export function encodeMeteringReport(report: MeteringReport): Uint8Array {
  const { uint24, uint48, int24, enum8, bitmap8, octets, utcTime } = zclType;
  const attributes: OutgoingAttribute[] = [
    { id: 0x0000, type: uint48, value: report.delivered },
    { id: 0x0007, type: utcTime, value: report.readAt },
    { id: 0x0200, type: bitmap8, value: report.status ?? 0 },
    { id: 0x0300, type: enum8, value: 0x00 },
    { id: 0x0301, type: uint24, value: 1 },
    { id: 0x0302, type: uint24, value: 1000 },
    { id: 0x0306, type: bitmap8, value: 0x00 },
    { id: 0x0308, type: octets, value: Buffer.from(report.serialNumber, 'latin1') },
  ];
  if (report.received !== undefined) attributes.push({ id: 0x0001, type: uint48, value: report.received });
  if (report.demand !== undefined) attributes.push({ id: 0x0400, type: int24, value: report.demand });
  return withCluster(METERING, encodeAttributeReport({ sequence: report.sequence, attributes }));
}

function writeValue(writer: ByteWriter, type: number, value: OutgoingAttribute['value']): void {
  if (type === zclType.boolean) writer.u8(value ? 1 : 0);
  else if (type === zclType.utcTime) little(writer, Number(value) / 1000 - ZIGBEE_EPOCH, 4);
  else if (type === zclType.single || type === zclType.double) float(writer, Number(value), type);
  else if (type === zclType.text || type === zclType.octets) {
    const octets = typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array);
    writer.u8(octets.length).bytes(octets);
  } else {
    const octets = integerOctets(type);
    if (octets === undefined)
      throw new RangeError(`Attributes of type 0x${type.toString(16)} are not written.`);
    little(writer, value as number | bigint, octets);
  }
}

function integerOctets(type: number): number | undefined {
  if (type >= 0x18 && type <= 0x2f) return (type & 7) + 1;
  if (type === zclType.enum8) return 1;
  return type === zclType.enum16 ? 2 : undefined;
}

function little(writer: ByteWriter, value: number | bigint, octets: number): ByteWriter {
  let rest = BigInt.asUintN(8 * octets, BigInt(value));
  for (let i = 0; i < octets; i++, rest >>= 8n) writer.u8(Number(rest & 0xffn));
  return writer;
}

function float(writer: ByteWriter, value: number, type: number): void {
  const octets = new Uint8Array(type === zclType.single ? 4 : 8);
  const view = new DataView(octets.buffer);
  if (type === zclType.single) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  writer.bytes(octets);
}
