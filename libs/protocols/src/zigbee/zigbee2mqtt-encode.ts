import type { MqttMessage } from '../mqtt-message.ts';

/** The state of a device as Zigbee2MQTT publishes it: fields by their own names, e.g. `energy` in kWh. */
export interface DeviceState {
  readonly friendlyName: string;
  /** 16 hexadecimal digits; with it the message says its device, as `include_device_information` has it. */
  readonly ieeeAddress?: string;
  /** Milliseconds since 1970. */
  readonly lastSeen?: number;
  readonly fields: Readonly<Record<string, number | boolean | string>>;
}

export function encodeZigbee2Mqtt({ friendlyName, ieeeAddress, lastSeen, fields }: DeviceState): MqttMessage {
  const said = {
    ...fields,
    ...(lastSeen !== undefined && { last_seen: new Date(lastSeen).toISOString() }),
    ...(ieeeAddress !== undefined && { device: { ieeeAddr: ieee(ieeeAddress), friendlyName } }),
  };
  return { topic: `zigbee2mqtt/${friendlyName}`, payload: Buffer.from(JSON.stringify(said)) };
}

/** The bridge's list of its devices, which tells who is behind a friendly name. */
export function encodeBridgeDevices(
  devices: readonly { friendlyName: string; ieeeAddress: string }[],
): MqttMessage {
  const list = devices.map(({ friendlyName, ieeeAddress }) => ({
    ieee_address: ieee(ieeeAddress),
    friendly_name: friendlyName,
    type: 'EndDevice',
    supported: true,
  }));
  return { topic: 'zigbee2mqtt/bridge/devices', payload: Buffer.from(JSON.stringify(list)) };
}

const ieee = (digits: string) => `0x${digits.toLowerCase()}`;
