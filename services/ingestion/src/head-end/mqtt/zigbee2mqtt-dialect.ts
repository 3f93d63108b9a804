import { decodeZigbee2Mqtt, friendlyNames } from '@metermesh/protocols';
import type { ZigbeeNames } from '../../adapters/zigbee-names.table.ts';
import { pushSubmissions, type Dialect } from './dialect.ts';

/** Most devices that a bridge has. */
const MOST_NAMES = 1000;

/** Zigbee2MQTT, which calls devices by friendly names and tells now and then whose they are. */
export const zigbee2mqttDialect = (names: ZigbeeNames): Dialect => ({
  name: 'ZIGBEE2MQTT',
  source: 'mqtt-zigbee2mqtt',
  isText: true,
  says: ['bridges/{client}/zigbee2mqtt/#'],
  hears: ['bridges/{client}/zigbee2mqtt/#'],
  usual: ['zigbee2mqtt/#'],
  async submissionsOf(message) {
    const { client } = message.client;
    let asked: string | undefined;
    decodeZigbee2Mqtt(message, { ieeeAddressOf: (name) => void (asked = name) });
    const address = asked === undefined ? undefined : await names.addressOf(client, asked);
    return pushSubmissions(message, () => decodeZigbee2Mqtt(message, { ieeeAddressOf: () => address }));
  },
  async learn(message) {
    const told = friendlyNames(message);
    if (!told || told.size > MOST_NAMES) return [];
    await names.replace(message.client.client, told);
    return [...told.keys()];
  },
});
