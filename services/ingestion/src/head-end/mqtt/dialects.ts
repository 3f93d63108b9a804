import type { Provider } from '@nestjs/common';
import { decodeShelly, decodeTasmota } from '@metermesh/protocols';
import { ZigbeeNames } from '../../adapters/zigbee-names.table.ts';
import { FrameSubmissions } from '../frames/frame-submissions.ts';
import { pushSubmissions, type Dialect } from './dialect.ts';
import { LorawanMessages } from '../lorawan/lorawan-messages.ts';
import { lorawanDialects } from '../lorawan/lorawan-dialects.ts';
import { framesDialect } from './frames-dialect.ts';
import { zigbee2mqttDialect } from './zigbee2mqtt-dialect.ts';

const tasmota: Dialect = {
  name: 'TASMOTA',
  source: 'mqtt-tasmota',
  isText: true,
  says: ['tele/{client}/#', 'stat/{client}/#'],
  hears: ['cmnd/{client}/#'],
  submissionsOf: (message) =>
    pushSubmissions(message, (resolveLocalTime) => decodeTasmota(message, { resolveLocalTime })),
};

const shelly: Dialect = {
  name: 'SHELLY',
  source: 'mqtt-shelly',
  isText: true,
  says: ['{client}/events/rpc', '{client}/status/+', 'shellies/{client}/#'],
  hears: ['{client}/rpc', '{client}/command', 'shellies/{client}/#'],
  submissionsOf: (message) => pushSubmissions(message, () => decodeShelly(message)),
};

export const DIALECTS = Symbol('MQTT dialects');

/** Every dialect that is understood at the broker. A new one is a line here. */
export const dialects: Provider = {
  provide: DIALECTS,
  inject: [FrameSubmissions, ZigbeeNames, LorawanMessages],
  useFactory: (
    frames: FrameSubmissions,
    zigbeeNames: ZigbeeNames,
    lorawan: LorawanMessages,
  ): readonly Dialect[] => [
    framesDialect(frames),
    tasmota,
    shelly,
    zigbee2mqttDialect(zigbeeNames),
    ...lorawanDialects(lorawan),
  ],
};
