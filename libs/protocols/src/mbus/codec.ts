import type { ProtocolCodec } from '../protocol-codec.ts';
import { decodeMbus } from './frame.ts';

export const mbus: ProtocolCodec = {
  protocol: 'mbus',
  standard: 'M-Bus, wired and wireless: EN 13757-2, -3, -4, -7, OMS-Specification volume 2',
  input: 'hex',
  decode: (frame, { encryptionKey }) => decodeMbus(frame, { key: encryptionKey }),
};
