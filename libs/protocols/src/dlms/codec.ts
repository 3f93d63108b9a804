import type { ProtocolCodec } from '../protocol-codec.ts';
import { decodeFrame } from './frame.ts';

export const dlms: ProtocolCodec = {
  protocol: 'dlms',
  standard: 'DLMS/COSEM: IEC 62056-5-3, -6-1, -6-2, -46, -47',
  input: 'hex',
  decode: (frame, { encryptionKey, authenticationKey }) =>
    decodeFrame(frame, { keys: encryptionKey && { encryptionKey, authenticationKey } }),
};
