/**
 * Decodes meter frames on the command line:
 *   npm run -s decode -- --protocol dlms [--key HEX] [--auth-key HEX] < frames.txt
 *   npm run -s decode -- --protocol zigbee [--cluster 0702] [--known 0702/0302=1000 …] < frames.txt
 *   npm run -s decode -- --protocol lorawan [--codec FILE [--fport N]] [--key HEX] [--auth-key HEX] < frames.txt
 * Frames are hexadecimal, one a line (or text, where the protocol is text); one JSON object is printed a frame. The
 * exit status is 1 if any frame failed.
 */
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import {
  DecodeError,
  findCodec,
  fromHex,
  isDecodeError,
  type CodecOptions,
  type ProtocolCodec,
} from '@metermesh/protocols';
import { payloadCodecOption } from './decode-payload-codec.ts';
import { decodeReport } from './decode-report.ts';
import { zigbeeOptions } from './decode-zigbee-options.ts';

interface Invocation {
  readonly codec: ProtocolCodec;
  readonly options: CodecOptions;
}

function parseCommandLine(): Invocation | DecodeError {
  let given;
  try {
    given = parseArgs({
      options: {
        protocol: { type: 'string' },
        key: { type: 'string' },
        'auth-key': { type: 'string' },
        cluster: { type: 'string' },
        known: { type: 'string', multiple: true },
        codec: { type: 'string' },
        fport: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return new DecodeError('OPTION_UNKNOWN', (error as Error).message, 0);
  }
  const found = findCodec(given.protocol ?? '');
  const codec =
    given.codec !== undefined && !isDecodeError(found) && found.protocol === 'lorawan'
      ? payloadCodecOption(given.codec, given.fport)
      : found;
  if (isDecodeError(codec)) return codec;
  const encryptionKey = given.key === undefined ? undefined : fromHex(given.key);
  const authenticationKey = given['auth-key'] === undefined ? undefined : fromHex(given['auth-key']);
  if (isDecodeError(encryptionKey)) return encryptionKey;
  if (isDecodeError(authenticationKey)) return authenticationKey;
  const zigbee = zigbeeOptions(given.cluster, given.known);
  if (isDecodeError(zigbee)) return zigbee;
  return { codec, options: { encryptionKey, authenticationKey, zigbee } };
}

async function* frames({ codec }: Invocation): AsyncGenerator<Uint8Array | DecodeError> {
  if (codec.input === 'text') {
    yield Buffer.from(await text(process.stdin));
    return;
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield fromHex(line);
  }
}

function print(protocol: string | undefined, result: Parameters<typeof decodeReport>[1]): void {
  process.stdout.write(`${JSON.stringify(decodeReport(protocol, result))}\n`);
  if (isDecodeError(result)) process.exitCode = 1;
}

// A reader that closes early (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const invocation = parseCommandLine();
if (isDecodeError(invocation)) {
  print(undefined, invocation);
} else {
  const { codec, options } = invocation;
  for await (const frame of frames(invocation)) {
    for (const result of isDecodeError(frame) ? [frame] : codec.decode(frame, options))
      print(codec.protocol, result);
  }
}
