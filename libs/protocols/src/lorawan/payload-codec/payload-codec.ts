import { attempt, DecodeError, fail, isDecodeError } from '../../decode-error.ts';
import type { DecodeWarning } from '../../measurement.ts';
import type { FieldMapping } from './field-mapping.ts';
import type { Sandbox } from './sandbox.ts';

/** A file in the form of The Things Network's device repository, and what its user says of its fields. */
export interface PayloadCodec {
  /** As messages call it. */
  readonly name: string;
  /** JavaScript with `decodeUplink`, and `normalizeUplink`, `encodeDownlink`, `decodeDownlink` where it has them. */
  readonly code: string;
  readonly mapping?: FieldMapping;
}

export interface Uplink {
  readonly bytes: Uint8Array;
  readonly port: number;
  /** When the network received it, ISO 8601. */
  readonly receivedAt: string;
}

export type JsonObject = { readonly [key: string]: unknown };

export interface DecodedUplink {
  readonly data: JsonObject;
  /** What `normalizeUplink` made of it: several where values have times of their own. */
  readonly normalized?: readonly JsonObject[];
  readonly warnings: readonly DecodeWarning[];
}

export interface EncodedDownlink {
  readonly port: number;
  readonly bytes: Uint8Array;
  readonly warnings: readonly DecodeWarning[];
}

/** The longest payload that LoRaWAN carries (RP002-1.0.4: 242 octets) with room for other transports of the same codecs. */
const LONGEST_PAYLOAD = 1024;
const MOST_WARNINGS = 20;

/**
 * What a codec reads from an uplink. Errors: `PAYLOAD_CODEC_TIMEOUT`, `PAYLOAD_CODEC_MEMORY`, `PAYLOAD_CODEC_THREW`,
 * `PAYLOAD_CODEC_NONSENSE` (no object, or too much of it), `PAYLOAD_CODEC_ERRORS` (it says itself that it cannot),
 * `PAYLOAD_CODEC_SUSPENDED` (stopped too often in a row), `PAYLOAD_TOO_LONG`.
 */
export function decodeUplink(
  sandbox: Sandbox,
  codec: PayloadCodec,
  uplink: Uplink,
): DecodedUplink | DecodeError {
  return attempt(() => {
    checkLength(uplink.bytes);
    const { written, normalized } = call(sandbox, codec, {
      call: 'decodeUplink',
      bytes: [...uplink.bytes],
      fPort: uplink.port,
      recvTime: uplink.receivedAt,
    });
    const { output, tooLarge } = JSON.parse(String(written)) as { output?: unknown; tooLarge?: number };
    if (tooLarge !== undefined) nonsense(codec, `its answer has ${tooLarge} characters`);
    const { data, warnings } = dataOf(codec, 'decodeUplink', output);
    const common = normalizedOf(codec, normalized);
    return { data, normalized: common.data, warnings: [...warnings, ...common.warnings] };
  });
}

/**
 * The octets of a command, by the codec's `encodeDownlink`. Errors as in {@link decodeUplink}, and
 * `PAYLOAD_CODEC_NO_DOWNLINK` where it has no such function.
 */
export function encodeDownlink(
  sandbox: Sandbox,
  codec: PayloadCodec,
  command: JsonObject,
  port?: number,
): EncodedDownlink | DecodeError {
  return attempt(() => {
    const { output } = call(sandbox, codec, { call: 'encodeDownlink', data: command, fPort: port });
    if (!isObject(output)) return nonsense(codec, 'encodeDownlink answers no object');
    failOnErrors(codec, output['errors']);
    const { bytes, fPort = port ?? 1 } = output;
    const isPayload = Array.isArray(bytes) && bytes.length <= LONGEST_PAYLOAD && bytes.every(isOctet);
    if (!isPayload) return nonsense(codec, 'encodeDownlink answers no array of octets as `bytes`');
    if (!isOctet(fPort) || fPort === 0)
      return nonsense(codec, 'encodeDownlink answers no `fPort` from 1 to 255');
    return { port: fPort, bytes: Uint8Array.from(bytes), warnings: warningsOf(output['warnings']) };
  });
}

/** What a command says, by the codec's `decodeDownlink`. Errors as in {@link encodeDownlink}. */
export function decodeDownlink(
  sandbox: Sandbox,
  codec: PayloadCodec,
  { bytes, port }: Pick<Uplink, 'bytes' | 'port'>,
): DecodedUplink | DecodeError {
  return attempt(() => {
    checkLength(bytes);
    const { output } = call(sandbox, codec, { call: 'decodeDownlink', bytes: [...bytes], fPort: port });
    return dataOf(codec, 'decodeDownlink', output);
  });
}

function checkLength(bytes: Uint8Array): void {
  if (bytes.length > LONGEST_PAYLOAD)
    fail(
      'PAYLOAD_TOO_LONG',
      `A payload has ${LONGEST_PAYLOAD} octets at most, this one ${bytes.length}.`,
      LONGEST_PAYLOAD,
    );
}

/** The guest's answer, after everything that may have stopped it. */
function call(sandbox: Sandbox, codec: PayloadCodec, request: object): JsonObject {
  const limit = sandbox.limits.outputCharacters;
  const reply = sandbox.run(codec.code, JSON.stringify({ ...request, limit }));
  const name = `Codec "${codec.name}"`;
  if (reply === 'suspended') {
    return fail(
      'PAYLOAD_CODEC_SUSPENDED',
      `${name} had to be stopped several times in a row and rests: mend it, then replay this.`,
      0,
    );
  }
  if ('failure' in reply) return stopped(name, sandbox, reply.failure, reply.message);
  const answer = JSON.parse(reply.answer) as JsonObject;
  if (typeof answer['tooLarge'] === 'number')
    nonsense(codec, `its answer has ${answer['tooLarge']} characters`);
  if (isObject(answer['threw'])) {
    const { name: kind, message } = answer['threw'];
    if (/^out of memory$|stack overflow|call stack/.test(String(message)))
      stopped(name, sandbox, message === 'out of memory' ? 'memory' : 'stack', String(message));
    fail('PAYLOAD_CODEC_THREW', `${name} threw ${String(kind)}: ${String(message)}`, 0);
  }
  if (typeof answer['missing'] === 'string') {
    const code =
      answer['missing'] === 'decodeUplink' ? 'PAYLOAD_CODEC_NONSENSE' : 'PAYLOAD_CODEC_NO_DOWNLINK';
    fail(code, `${name} has no function ${answer['missing']}.`, 0);
  }
  return answer;
}

function stopped(name: string, { limits }: Sandbox, failure: string, message: string): never {
  switch (failure) {
    case 'timeout':
      return fail(
        'PAYLOAD_CODEC_TIMEOUT',
        `${name} was stopped after ${limits.cpuMilliseconds} ms: ${message}.`,
        0,
      );
    case 'memory':
      return fail(
        'PAYLOAD_CODEC_MEMORY',
        `${name} asked for more than ${limits.memoryBytes} octets of memory.`,
        0,
      );
    case 'stack':
      return fail(
        'PAYLOAD_CODEC_MEMORY',
        `${name} recurred deeper than ${limits.stackBytes} octets of stack.`,
        0,
      );
    default:
      return fail('PAYLOAD_CODEC_THREW', `${name} could not be run: ${message}`, 0);
  }
}

function nonsense(codec: PayloadCodec, what: string): never {
  return fail('PAYLOAD_CODEC_NONSENSE', `Codec "${codec.name}" cannot be used: ${what}.`, 0);
}

function dataOf(codec: PayloadCodec, name: string, output: unknown): DecodedUplink {
  if (!isObject(output)) return nonsense(codec, `${name} answers no object`);
  failOnErrors(codec, output['errors']);
  const { data } = output;
  if (!isObject(data)) return nonsense(codec, `${name} answers no object as \`data\``);
  return { data, warnings: warningsOf(output['warnings']) };
}

function failOnErrors(codec: PayloadCodec, errors: unknown): void {
  if (!Array.isArray(errors) || errors.length === 0) return;
  const told = errors.slice(0, MOST_WARNINGS).map((error) => String(error).slice(0, 200));
  fail('PAYLOAD_CODEC_ERRORS', `Codec "${codec.name}" cannot read this: ${told.join('; ')}`, 0);
}

function warningsOf(warnings: unknown): DecodeWarning[] {
  if (!Array.isArray(warnings)) return [];
  return warnings
    .slice(0, MOST_WARNINGS)
    .map((warning) => ({ code: 'PAYLOAD_CODEC_WARNING', message: String(warning).slice(0, 300) }));
}

/** A normalizer that fails costs its own view only: what was decoded stands. */
function normalizedOf(
  codec: PayloadCodec,
  normalized: unknown,
): { readonly data?: readonly JsonObject[]; readonly warnings: readonly DecodeWarning[] } {
  if (!isObject(normalized)) return { warnings: [] };
  const { output, threw } = normalized;
  const result = isObject(threw)
    ? new DecodeError('', String(threw['message']), 0)
    : attempt(() => {
        if (!isObject(output)) return nonsense(codec, 'normalizeUplink answers no object');
        failOnErrors(codec, output['errors']);
        const data = Array.isArray(output['data']) ? output['data'] : [output['data']];
        if (!data.every(isObject)) return nonsense(codec, 'normalizeUplink answers no objects as `data`');
        return { data, warnings: warningsOf(output['warnings']) };
      });
  if (!isDecodeError(result)) return result;
  const message = `normalizeUplink of codec "${codec.name}" failed: ${result.message}`;
  return { warnings: [{ code: 'PAYLOAD_CODEC_NOT_NORMALIZED', message }] };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOctet = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
