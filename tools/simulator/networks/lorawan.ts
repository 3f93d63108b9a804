import {
  encodeChirpstackUplink,
  encodeTheThingsStackUplink,
  type UplinkFields,
  type MqttMessage,
} from '@metermesh/protocols';
import type { Room } from '../room.ts';
import { roomMeter, supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { eui64 } from './identity.ts';

export interface NetworkServer {
  readonly dialect: 'CHIRPSTACK' | 'THE_THINGS_STACK';
  encode(uplink: UplinkFields): MqttMessage;
}

export const chirpstack: NetworkServer = { dialect: 'CHIRPSTACK', encode: encodeChirpstackUplink };
export const theThingsStack: NetworkServer = {
  dialect: 'THE_THINGS_STACK',
  encode: encodeTheThingsStackUplink,
};

/** A water meter whose uplinks the codec bmeters-hydrodigit reads. */
export function lorawanWaterMeter(
  settings: DeviceSettings,
  server: NetworkServer,
  supplied: Supplied,
): SimulatedDevice {
  const meter = supplyMeter(settings, supplied, addressed(settings, 'bmeters-hydrodigit'));
  return uplinking(settings, server, meter, (at) => hydrodigitPayload(supplied.supply.register(at)));
}

/** A room sensor whose uplinks the codec milesight-am319 reads. */
export function lorawanSensor(settings: DeviceSettings, server: NetworkServer, room: Room): SimulatedDevice {
  const meter = roomMeter(settings, room, addressed(settings, 'milesight-am319'));
  return uplinking(settings, server, meter, (at) => am319Payload(room, at));
}

const addressed = (settings: DeviceSettings, payloadCodec: string) => ({
  addresses: [`lorawan:${eui64(settings)}`],
  payloadCodec,
});

const PORT = 85;
const DAY_MS = 86_400_000;

/** Uplinks say no time: the network server tells when it heard them. */
function uplinking(
  settings: DeviceSettings,
  server: NetworkServer,
  meter: SimulatedDevice['meters'][0],
  payloadAt: (at: number) => Uint8Array,
): SimulatedDevice {
  const { everySeconds, phaseSeconds, gateway } = settings;
  return {
    meters: [meter],
    everySeconds,
    phaseSeconds,
    gateway,
    tell(_from, at) {
      const { topic, payload } = server.encode({
        devEui: eui64(settings),
        applicationId: 'meters',
        port: PORT,
        payload: payloadAt(at),
        frameCounter: Math.floor((at % (3650 * DAY_MS)) / (everySeconds * 1000)),
        receivedAt: at,
      });
      return { via: 'mqtt', client: gateway!, topic: `bridges/${gateway}/${topic}`, payload };
    },
  };
}

/** Litres in 28 bits: 24 little-endian and four above the reverse volume's. */
function hydrodigitPayload(litres: number): Uint8Array {
  return Uint8Array.of(
    0x45,
    litres & 0xff,
    (litres >> 8) & 0xff,
    (litres >> 16) & 0xff,
    ((litres >> 24) & 0x0f) << 4,
    0,
    0,
    0,
    0,
  );
}

function am319Payload(room: Room, at: number): Uint8Array {
  const { temperature, humidity, co2 } = room.state(at);
  const tenths = (temperature / 100) & 0xffff;
  const parts = [0x03, 0x67, tenths & 0xff, tenths >> 8];
  parts.push(0x04, 0x68, humidity / 5, 0x07, 0x7d, co2 & 0xff, co2 >> 8);
  return Uint8Array.from(parts);
}
