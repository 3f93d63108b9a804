import { ByteReader } from '../byte-reader.ts';
import { readUnsigned, readZclValue, type ZclValue } from './zcl-value.ts';

/** Header of a frame (ZCL 2.4.1). */
export interface ZclHeader {
  /** Whether the command belongs to the cluster; else it is one of those that all clusters have. */
  readonly isClusterSpecific: boolean;
  readonly manufacturer?: number;
  /** From the server, who has the attributes, to the client. */
  readonly isFromServer: boolean;
  readonly sequence: number;
  readonly command: number;
}

/** One attribute as a frame carries it. */
export interface ZclAttribute {
  readonly id: number;
  readonly type: number;
  readonly value: ZclValue;
}

/** An attribute that the device was asked for and did not give. */
export interface RefusedAttribute {
  readonly id: number;
  readonly status: number;
}

export interface ZclFrame extends ZclHeader {
  readonly attributes: readonly ZclAttribute[];
  readonly refused: readonly RefusedAttribute[];
  /** What follows the header of a command of the cluster, and where it begins. */
  readonly payload: Uint8Array;
  readonly payloadOffset: number;
}

/** Commands that all clusters have (ZCL 2.5, table 2-3). */
export const generalCommand = {
  readResponse: 0x01,
  writeResponse: 0x04,
  report: 0x0a,
  defaultResponse: 0x0b,
} as const;

const generalCommands = [
  'read attributes', 'read attributes response', 'write attributes', 'write attributes undivided', 'write attributes response',
  'write attributes no response', 'configure reporting', 'configure reporting response', 'read reporting configuration',
  'read reporting configuration response', 'report attributes', 'default response', 'discover attributes',
  'discover attributes response', 'read attributes structured', 'write attributes structured',
  'write attributes structured response', 'discover commands received', 'discover commands received response',
  'discover commands generated', 'discover commands generated response', 'discover attributes extended',
  'discover attributes extended response',
]; // prettier-ignore

export const commandName = (command: number): string | undefined => generalCommands[command];

/**
 * A frame of the cluster library. `base` is where it begins in what errors count. Fails with `ZIGBEE_FRAME_INVALID`,
 * `ZIGBEE_COMMAND_UNKNOWN`, those of {@link readZclValue} and `FRAME_TRUNCATED`.
 */
export function readZclFrame(bytes: Uint8Array, base: number): ZclFrame {
  const reader = new ByteReader(bytes, base);
  const header = readHeader(reader);
  const payloadOffset = reader.position;
  const payload = bytes.subarray(reader.offset);
  const attributes: ZclAttribute[] = [];
  const refused: RefusedAttribute[] = [];
  if (!header.isClusterSpecific) readGeneralCommand(reader, header.command, attributes, refused);
  return { ...header, attributes, refused, payload, payloadOffset };
}

function readHeader(reader: ByteReader): ZclHeader {
  const control = reader.u8();
  if ((control & 0x03) > 1 || (control & 0xe0) !== 0) {
    reader.fail(
      'ZIGBEE_FRAME_INVALID',
      `Frame control 0x${control.toString(16)} is none of the cluster library: give the ZCL frame, with its cluster before it or in an APS frame.`,
      0,
    );
  }
  const manufacturer = control & 0x04 ? readUnsigned(reader, 2) : undefined;
  const sequence = reader.u8();
  const command = reader.u8();
  const isClusterSpecific = (control & 0x03) === 1;
  return { isClusterSpecific, manufacturer, isFromServer: (control & 0x08) !== 0, sequence, command };
}

function readGeneralCommand(
  reader: ByteReader,
  command: number,
  attributes: ZclAttribute[],
  refused: RefusedAttribute[],
): void {
  switch (command) {
    case generalCommand.readResponse:
      while (reader.remaining > 0) {
        const id = readUnsigned(reader, 2);
        const status = reader.u8();
        if (status === 0) attributes.push(typedValue(reader, id));
        else refused.push({ id, status });
      }
      return;
    case generalCommand.report:
      while (reader.remaining > 0) attributes.push(typedValue(reader, readUnsigned(reader, 2)));
      return;
    case generalCommand.writeResponse:
      // All went well: one status and nothing else.
      if (reader.remaining === 1) reader.u8();
      while (reader.remaining > 0) {
        const status = reader.u8();
        refused.push({ status, id: readUnsigned(reader, 2) });
      }
      return;
    case generalCommand.defaultResponse:
      reader.take(2);
      return;
    default:
      if (commandName(command) === undefined)
        reader.fail(
          'ZIGBEE_COMMAND_UNKNOWN',
          `The cluster library has no general command ${command}.`,
          reader.offset - 1,
        );
  }
}

function typedValue(reader: ByteReader, id: number): ZclAttribute {
  const type = reader.u8();
  return { id, type, value: readZclValue(reader, type) };
}

const statuses: Readonly<Record<number, string>> = {
  0x01: 'failure', 0x7e: 'not authorized', 0x80: 'malformed command', 0x81: 'unsupported command',
  0x82: 'unsupported general command', 0x83: 'unsupported manufacturer cluster command',
  0x84: 'unsupported manufacturer general command', 0x85: 'invalid field', 0x86: 'unsupported attribute',
  0x87: 'invalid value', 0x88: 'read only', 0x89: 'insufficient space', 0x8b: 'not found', 0x8c: 'unreportable attribute',
  0x8d: 'invalid data type', 0x8f: 'write only', 0x94: 'timeout', 0xc0: 'hardware failure', 0xc1: 'software failure',
  0xc3: 'unsupported cluster',
}; // prettier-ignore

/** ZCL 2.6.3, table 2-12. */
export const statusName = (status: number): string => statuses[status] ?? `status 0x${status.toString(16)}`;
