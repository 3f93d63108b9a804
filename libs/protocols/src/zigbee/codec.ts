import { attempt } from '../decode-error.ts';
import type { ProtocolCodec } from '../protocol-codec.ts';
import { decodeZigbee } from './decode.ts';

export const zigbee: ProtocolCodec = {
  protocol: 'zigbee',
  standard: 'Zigbee Cluster Library, revision 8',
  input: 'hex',
  decode: (frame, { zigbee: options }) => [attempt(() => decodeZigbee(frame, options))],
};
