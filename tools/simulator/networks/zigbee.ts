import { encodeMeteringReport, encodeZigbee2Mqtt, scaleDecimal } from '@metermesh/protocols';
import type { Room } from '../room.ts';
import { roomMeter, supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { eui64 } from './identity.ts';
import { loadAt } from './load.ts';

/** An electricity meter that a coordinator hands on as it hears it: Report Attributes of the metering cluster. */
export function zigbeeMeter(settings: DeviceSettings, supplied: Supplied): SimulatedDevice {
  const { serialNumber, everySeconds, phaseSeconds, gateway, clockAhead } = settings;
  const { supply } = supplied;
  return {
    meters: [supplyMeter(settings, supplied, addressed(settings))],
    everySeconds,
    phaseSeconds,
    gateway,
    tell(_from, at) {
      const payload = encodeMeteringReport({
        sequence: Math.floor(at / 1000) & 0xff,
        serialNumber,
        readAt: at + clockAhead,
        delivered: supply.register(at),
        demand: Math.round(loadAt(supply, at).power),
      });
      return { via: 'mqtt', client: gateway!, topic: `meters/${gateway}/zigbee`, payload };
    },
  };
}

/** A plug behind Zigbee2MQTT. */
export function zigbeePlug(settings: DeviceSettings, supplied: Supplied): SimulatedDevice {
  const { supply } = supplied;
  return bridged(settings, supplyMeter(settings, supplied, addressed(settings)), (at) => ({
    energy: Number(scaleDecimal(supply.register(at), -3)),
    ...loadAt(supply, at),
  }));
}

/** A room sensor behind Zigbee2MQTT. */
export function zigbeeSensor(settings: DeviceSettings, room: Room): SimulatedDevice {
  return bridged(settings, roomMeter(settings, room, addressed(settings)), (at) => {
    const { temperature, humidity, co2 } = room.state(at);
    return { temperature: temperature / 1000, humidity: humidity / 10, co2 };
  });
}

const addressed = (settings: DeviceSettings) => ({ addresses: [`zigbee:${eui64(settings)}`] });

/** The bridge tells when it last heard of the device, by its own clock. */
function bridged(
  settings: DeviceSettings,
  meter: SimulatedDevice['meters'][0],
  fieldsAt: (at: number) => Record<string, number>,
): SimulatedDevice {
  const { serialNumber, everySeconds, phaseSeconds, gateway } = settings;
  return {
    meters: [meter],
    everySeconds,
    phaseSeconds,
    gateway,
    tell(_from, at) {
      const { topic, payload } = encodeZigbee2Mqtt({
        friendlyName: serialNumber,
        ieeeAddress: eui64(settings),
        lastSeen: at,
        fields: fieldsAt(at),
      });
      return { via: 'mqtt', client: gateway!, topic: `bridges/${gateway}/${topic}`, payload };
    },
  };
}
