import { DecodeError } from '../decode-error.ts';
import type { DecodedPush } from '../measurement.ts';
import type { ProtocolCodec } from '../protocol-codec.ts';
import { decodeZigbee2Mqtt, friendlyNames } from './zigbee2mqtt.ts';

/** Messages as `mosquitto_sub -v` prints them, `zigbee2mqtt/plug {"power":…}`, one a line; the topic may be left out. */
export const zigbee2mqtt: ProtocolCodec = {
  protocol: 'zigbee2mqtt',
  standard: 'Zigbee2MQTT 1.17 and later, output: json',
  input: 'text',
  decode: (frame) => decodeLines(Buffer.from(frame).toString('utf8')),
};

const UNKNOWN_TOPIC = 'zigbee2mqtt/unknown';

function decodeLines(text: string): readonly (DecodedPush | DecodeError)[] {
  const names = new Map<string, string>();
  const results: (DecodedPush | DecodeError)[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const [, topic = UNKNOWN_TOPIC, payload = ''] = /^\s*([^\s{["]+)?\s*(.*?)\s*$/s.exec(line)!;
    const message = { topic, payload: Buffer.from(payload) };
    for (const [name, address] of friendlyNames(message) ?? []) names.set(name, address);
    const result = decodeZigbee2Mqtt(message, { ieeeAddressOf: (name) => names.get(name) });
    if (result instanceof DecodeError) results.push(new DecodeError(result.code, result.message, offset));
    else if (result) results.push(result);
    offset += Buffer.byteLength(line) + 1;
  }
  if (results.length > 0) return results;
  const nothing =
    'There is no message with readings or events: give lines of "topic {json}", as mosquitto_sub -v prints them.';
  return [new DecodeError('ZIGBEE2MQTT_NOTHING_READ', nothing, 0)];
}
