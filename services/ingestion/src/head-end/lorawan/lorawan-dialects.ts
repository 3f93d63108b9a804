import type { Dialect } from '../mqtt/dialect.ts';
import type { LorawanMessages } from './lorawan-messages.ts';

/** LoRaWAN network servers, in ChirpStack's words and in The Things Stack's. */
export const lorawanDialects = (messages: LorawanMessages): readonly Dialect[] => [
  {
    name: 'CHIRPSTACK',
    source: 'mqtt-chirpstack',
    isText: true,
    says: ['bridges/{client}/application/#'],
    hears: ['bridges/{client}/application/+/device/+/command/down'],
    usual: ['application/#'],
    submissionsOf: (message) => messages.submissionsOf(message),
  },
  {
    name: 'THE_THINGS_STACK',
    source: 'mqtt-the-things-stack',
    isText: true,
    says: ['bridges/{client}/v3/#'],
    hears: ['bridges/{client}/v3/+/devices/+/down/+'],
    usual: ['v3/#'],
    submissionsOf: (message) => messages.submissionsOf(message),
  },
];
