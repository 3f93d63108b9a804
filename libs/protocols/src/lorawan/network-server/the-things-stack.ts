import {
  instantOf,
  isRecord,
  lorawanAddress,
  numberOf,
  octetsOf,
  parseJsonRecord,
  portOf,
  recordAt,
  textOf,
  type JsonRecord,
} from './json-message.ts';
import type { DownlinkMessage, NetworkServerMessage, UplinkMessage } from './network-server-message.ts';

/**
 * The Things Stack v3, MQTT integration: `v3/{application}@{tenant}/devices/{device}/{up | join | down/{event}}`. What a
 * message is, its own field says (`uplink_message`, `downlink_ack` …), for that is the same over webhooks.
 */
export function readTheThingsStack(
  [, , , , ...event]: readonly string[],
  payload: Uint8Array,
): NetworkServerMessage | undefined {
  if (!TOPICS.has(event.join('/'))) return undefined;
  const message = parseJsonRecord(payload);
  const device = recordAt(message, 'end_device_ids');
  const devEui = device['dev_eui'];
  const common = {
    network: 'the-things-stack' as const,
    applicationId: textOf(recordAt(device, 'application_ids')['application_id']),
    deviceId: textOf(device['device_id']),
    time: instantOf(message['received_at']),
  };
  if (isRecord(message['uplink_message']))
    return uplink(message, { ...common, address: lorawanAddress(devEui) }, message['uplink_message']);
  if (isRecord(message['join_accept']))
    return { ...common, kind: 'notice', address: lorawanAddress(devEui), code: 'join' };
  const address = devEui === undefined ? undefined : lorawanAddress(devEui);
  for (const [field, outcome] of Object.entries(OUTCOMES)) {
    const downlink = message[field];
    if (isRecord(downlink))
      return { ...common, address, kind: 'downlink', outcome, ...tellsOf(message, downlink) };
  }
  return undefined;
}

const TOPICS = new Set(['up', 'join', 'down/queued', 'down/sent', 'down/ack', 'down/nack', 'down/failed']);

const OUTCOMES: Readonly<Record<string, DownlinkMessage['outcome']>> = {
  downlink_queued: 'queued',
  downlink_sent: 'sent',
  downlink_ack: 'acknowledged',
  downlink_nack: 'not-acknowledged',
  downlink_failed: 'failed',
};

type Common = Pick<UplinkMessage, 'network' | 'applicationId' | 'deviceId' | 'time' | 'address'>;

function uplink(message: JsonRecord, common: Common, up: JsonRecord): UplinkMessage | undefined {
  if (message['simulated'] === true) return undefined;
  return {
    ...common,
    kind: 'uplink',
    // The network server's own instant: the message's is later by what the application server took.
    time: instantOf(up['received_at']) ?? common.time,
    port: portOf(up['f_port']),
    payload: octetsOf(up['frm_payload']),
    frameCounter: numberOf(up['f_cnt']) ?? 0,
    confirmed: up['confirmed'] === true,
    battery: numberOf(recordAt(up, 'last_battery_percentage')['value']),
  };
}

/** A downlink carries the correlation ids with which it was sent, in itself or in what failed. */
function tellsOf(message: JsonRecord, downlink: JsonRecord): Pick<DownlinkMessage, 'references' | 'reason'> {
  const ids = [downlink, recordAt(downlink, 'downlink'), message].flatMap(({ correlation_ids: list }) =>
    Array.isArray(list) ? list.filter((id) => typeof id === 'string') : [],
  );
  const error = recordAt(downlink, 'error');
  return { references: [...new Set(ids)], reason: textOf(error['message_format']) ?? textOf(error['name']) };
}
