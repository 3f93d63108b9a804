import { DecodeError } from './decode-error.ts';
import { dlms } from './dlms/codec.ts';
import { dsmr } from './dsmr/codec.ts';
import { lorawan } from './lorawan/codec.ts';
import { mbus } from './mbus/codec.ts';
import type { ProtocolCodec } from './protocol-codec.ts';
import { sml } from './sml/codec.ts';
import { shelly, tasmota } from './wifi/codec.ts';
import { zigbee } from './zigbee/codec.ts';
import { zigbee2mqtt } from './zigbee/zigbee2mqtt-codec.ts';

/** Every protocol that can be decoded. A new one is a folder, and a line here. */
export const codecs: readonly ProtocolCodec[] = [
  dlms,
  dsmr,
  lorawan,
  mbus,
  sml,
  tasmota,
  shelly,
  zigbee,
  zigbee2mqtt,
];

/** Errors: `PROTOCOL_UNKNOWN`, which names the protocols that there are. */
export function findCodec(protocol: string): ProtocolCodec | DecodeError {
  return (
    codecs.find((codec) => codec.protocol === protocol) ??
    new DecodeError(
      'PROTOCOL_UNKNOWN',
      `There is no protocol "${protocol}": choose ${codecs.map((codec) => codec.protocol).join(', ')}.`,
      0,
    )
  );
}
