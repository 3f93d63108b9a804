import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  DecodeError,
  decodeUplink,
  isDecodeError,
  parseFieldMapping,
  pushOfUplink,
  readPhyPayloadWith,
  Sandbox,
  type DecodedPush,
  type PayloadCodec,
  type ProtocolCodec,
} from '@metermesh/protocols';

/**
 * LoRaWAN through a payload codec of the user's (`--codec FILE`): with `--fport N` the frames are what the network hands
 * on, without it they are PHYPayloads, opened with the keys. `FILE` beside which a `.mapping.json` lies is read with it.
 */
export function payloadCodecOption(file: string, port: string | undefined): ProtocolCodec | DecodeError {
  const codec = readPayloadCodec(file);
  if (isDecodeError(codec)) return codec;
  const givenPort = port === undefined ? undefined : Number(port);
  if (givenPort !== undefined && !(Number.isInteger(givenPort) && givenPort >= 1 && givenPort <= 255))
    return new DecodeError('OPTION_INVALID', `--fport ${port} is no port: give a number from 1 to 255.`, 0);
  const sandbox = new Sandbox();
  const read = (bytes: Uint8Array, fPort: number): DecodedPush | DecodeError => {
    const uplink = decodeUplink(sandbox, codec, { bytes, port: fPort, receivedAt: new Date().toISOString() });
    return isDecodeError(uplink) ? uplink : pushOfUplink(uplink, codec.mapping);
  };
  return {
    protocol: 'lorawan',
    standard: `LoRaWAN, payload by ${codec.name}`,
    input: 'hex',
    decode: (frame, options) => [
      givenPort === undefined ? readPhyPayloadWith(frame, options, read) : read(frame, givenPort),
    ],
  };
}

function readPayloadCodec(file: string): PayloadCodec | DecodeError {
  let code: string;
  try {
    code = readFileSync(file, 'utf8');
  } catch (error) {
    return new DecodeError(
      'PAYLOAD_CODEC_UNKNOWN',
      `There is no codec to read: ${(error as Error).message}`,
      0,
    );
  }
  const beside = file.replace(/\.[cm]?js$/, '.mapping.json');
  const mapping =
    beside !== file && existsSync(beside) ? parseFieldMapping(readFileSync(beside, 'utf8')) : undefined;
  return isDecodeError(mapping) ? mapping : { name: basename(file), code, mapping };
}
