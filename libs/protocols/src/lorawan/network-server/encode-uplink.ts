import type { MqttMessage } from '../../mqtt-message.ts';

/** An uplink as a simulated network server publishes it. */
export interface UplinkFields {
  /** 16 hexadecimal digits. */
  readonly devEui: string;
  readonly applicationId: string;
  readonly port: number;
  readonly payload: Uint8Array;
  readonly frameCounter: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly confirmed?: boolean;
}

/** As ChirpStack v4 publishes it with JSON encoding. */
export function encodeChirpstackUplink(fields: UplinkFields): MqttMessage {
  const devEui = fields.devEui.toLowerCase();
  return {
    topic: `application/${fields.applicationId}/device/${devEui}/event/up`,
    payload: json({
      deduplicationId: `${devEui}-${fields.frameCounter}`,
      time: new Date(fields.receivedAt).toISOString(),
      deviceInfo: { applicationId: fields.applicationId, deviceName: devEui, devEui },
      adr: true,
      dr: 5,
      fCnt: fields.frameCounter,
      fPort: fields.port,
      confirmed: fields.confirmed ?? false,
      data: Buffer.from(fields.payload).toString('base64'),
      rxInfo: [{ gatewayId: '0000000000000001', rssi: -70, snr: 9.5 }],
      txInfo: { frequency: 867_100_000, modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7 } } },
    }),
  };
}

/** As The Things Stack v3 publishes it. */
export function encodeTheThingsStackUplink(fields: UplinkFields): MqttMessage {
  const devEui = fields.devEui.toUpperCase();
  const deviceId = `eui-${devEui.toLowerCase()}`;
  const received = new Date(fields.receivedAt).toISOString();
  return {
    topic: `v3/${fields.applicationId}/devices/${deviceId}/up`,
    payload: json({
      end_device_ids: {
        device_id: deviceId,
        application_ids: { application_id: fields.applicationId.replace(/@.*/, '') },
        dev_eui: devEui,
      },
      received_at: received,
      uplink_message: {
        f_port: fields.port,
        f_cnt: fields.frameCounter,
        frm_payload: Buffer.from(fields.payload).toString('base64'),
        confirmed: fields.confirmed,
        received_at: received,
      },
    }),
  };
}

const json = (value: object) => new Uint8Array(Buffer.from(JSON.stringify(value)));
