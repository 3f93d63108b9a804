import { encodeShellyNotifyStatus, encodeTasmotaSensor } from '@metermesh/protocols';
import { supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { loadAt } from './load.ts';

const encoders = { TASMOTA: encodeTasmotaSensor, SHELLY: encodeShellyNotifyStatus } as const;

/** A plug on the household's Wi-Fi that publishes over MQTT itself. */
export function wifiPlug(
  dialect: keyof typeof encoders,
  settings: DeviceSettings,
  supplied: Supplied,
): SimulatedDevice {
  const { serialNumber, everySeconds, phaseSeconds, clockAhead } = settings;
  const { supply } = supplied;
  return {
    meters: [supplyMeter(settings, supplied, { addresses: [`mqtt:${serialNumber}`] })],
    everySeconds,
    phaseSeconds,
    dialect,
    tell(_from, at) {
      const state = { client: serialNumber, sentAt: at + clockAhead, ...loadAt(supply, at) };
      const message = encoders[dialect]({ ...state, importedWattHours: supply.register(at) });
      return { via: 'mqtt', client: serialNumber, ...message };
    },
  };
}
