import type { MqttMessage } from '../../mqtt-message.ts';
import type { NetworkServer } from './network-server-message.ts';

/** What a device is to be sent, and where its network server listens. */
export interface Downlink {
  readonly network: NetworkServer;
  readonly applicationId: string;
  /** ChirpStack: the DevEUI; The Things Stack: its device id. */
  readonly deviceId: string;
  /** Given by whoever sends it; comes back with what became of it. ChirpStack wants a UUID. */
  readonly reference: string;
  readonly port: number;
  readonly payload: Uint8Array;
  readonly confirmed: boolean;
}

/** The command that enqueues a downlink: ChirpStack `command/down`, The Things Stack `down/push`. */
export function encodeDownlinkCommand(downlink: Downlink): MqttMessage {
  const { applicationId, deviceId, reference, port, confirmed } = downlink;
  const data = Buffer.from(downlink.payload).toString('base64');
  if (downlink.network === 'chirpstack') {
    const devEui = deviceId.toLowerCase();
    return {
      topic: `application/${applicationId}/device/${devEui}/command/down`,
      payload: json({ devEui, id: reference, confirmed, fPort: port, data }),
    };
  }
  return {
    topic: `v3/${applicationId}/devices/${deviceId}/down/push`,
    payload: json({
      downlinks: [
        { f_port: port, frm_payload: data, confirmed, priority: 'NORMAL', correlation_ids: [reference] },
      ],
    }),
  };
}

const json = (value: object) => new Uint8Array(Buffer.from(JSON.stringify(value)));
