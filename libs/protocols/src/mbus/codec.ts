import type { DecodedDevice } from '../measurement.ts';
import type { ProtocolCodec } from '../protocol-codec.ts';
import { deviceOf, type MeterAddress } from './address.ts';
import { decodeMbus } from './frame.ts';
import { MbusStreamSplitter } from './stream-splitter.ts';

export const mbus: ProtocolCodec = {
  protocol: 'mbus',
  standard: 'M-Bus, wired and wireless: EN 13757-2, -3, -4, -7, OMS-Specification volume 2',
  input: 'hex',
  decode: (frame, { encryptionKey, resolveLocalTime }) =>
    decodeMbus(frame, { key: encryptionKey, resolveLocalTime }),
  sealedBy,
  splitter: () => new MbusStreamSplitter(),
};

/** Whose key is asked for first. */
function sealedBy(frame: Uint8Array): DecodedDevice | undefined {
  let sealer: MeterAddress | undefined;
  const key = (address: MeterAddress) => {
    sealer ??= address;
    return undefined;
  };
  decodeMbus(frame, { key });
  return sealer && deviceOf(sealer);
}
