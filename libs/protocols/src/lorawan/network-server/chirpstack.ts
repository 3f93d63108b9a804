import { fail } from '../../decode-error.ts';
import {
  instantOf,
  lorawanAddress,
  numberOf,
  octetsOf,
  parseJsonRecord,
  portOf,
  recordAt,
  textOf,
} from './json-message.ts';
import type { NetworkServerMessage } from './network-server-message.ts';

/** ChirpStack v4, MQTT integration: `application/{id}/device/{devEUI}/event/{event}`. */
export function readChirpstack(
  [, , , devEui, direction, event]: readonly string[],
  payload: Uint8Array,
): NetworkServerMessage | undefined {
  if (direction !== 'event' || event === undefined || !Object.hasOwn(readers, event)) return undefined;
  const message = parseJsonRecord(payload);
  const device = recordAt(message, 'deviceInfo');
  const common = {
    network: 'chirpstack' as const,
    address: lorawanAddress(device['devEui']),
    applicationId: textOf(device['applicationId']),
    time: instantOf(message['time']),
  };
  if (common.address !== `lorawan:${devEui?.toUpperCase()}`)
    fail('MESSAGE_DEVICE_MISMATCH', 'The message is of another device than its topic says.', 0);
  return readers[event as keyof typeof readers](message, common);
}

type Common = { network: 'chirpstack'; address: string; applicationId?: string; time?: string };
type Reader = (message: ReturnType<typeof parseJsonRecord>, common: Common) => NetworkServerMessage;

const readers = {
  up: (message, common) => ({
    ...common,
    kind: 'uplink',
    port: portOf(message['fPort']),
    payload: octetsOf(message['data']),
    frameCounter: numberOf(message['fCnt']) ?? 0,
    confirmed: message['confirmed'] === true,
  }),
  status: (message, common) => ({
    ...common,
    kind: 'status',
    margin: numberOf(message['margin']),
    battery: batteryOf(message),
  }),
  join: (_, common) => ({ ...common, kind: 'notice', code: 'join' }),
  ack: (message, common) => ({
    ...common,
    kind: 'downlink',
    outcome: message['acknowledged'] === true ? 'acknowledged' : 'not-acknowledged',
    references: referencesOf(message),
  }),
  txack: (message, common) => ({
    ...common,
    kind: 'downlink',
    outcome: 'sent',
    references: referencesOf(message),
  }),
  log: (message, common) => ({
    ...common,
    kind: 'notice',
    code: textOf(message['code']) ?? 'UNKNOWN',
    description: textOf(message['description']),
  }),
} satisfies Record<string, Reader>;

function batteryOf(message: ReturnType<typeof parseJsonRecord>): number | 'external' | undefined {
  if (message['externalPowerSource'] === true) return 'external';
  return message['batteryLevelUnavailable'] === true ? undefined : numberOf(message['batteryLevel']);
}

function referencesOf(message: ReturnType<typeof parseJsonRecord>): string[] {
  const id = textOf(message['queueItemId']);
  return id === undefined ? [] : [id];
}
