import { encodeSmlFrame, obisOctets, serverIdOf, toHex } from '@metermesh/protocols';
import { supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { eightDigits } from './identity.ts';
import { loadAt } from './load.ts';

/** COSEM unit codes (IEC 62056-6-2, 4.3.2). */
const WATT = 27;
const WATT_HOUR = 30;

/** An electricity meter whose optical head sends SML frames in a stream. */
export function smlDevice(settings: DeviceSettings, supplied: Supplied): SimulatedDevice {
  const { serialNumber, everySeconds, phaseSeconds, clockAhead } = settings;
  const { supply } = supplied;
  const serverId = serverIdOf(`1MMX00${eightDigits(settings)}`)!;
  const address = `sml:${toHex(serverId).toUpperCase()}`;
  return {
    meters: [supplyMeter(settings, supplied, { addresses: [address] })],
    everySeconds,
    phaseSeconds,
    tell(_from, at) {
      const octets = encodeSmlFrame({
        serverId,
        transaction: Math.floor(at / 1000) & 0x7fffffff,
        timestamp: Math.floor((at + clockAhead) / 1000),
        readings: [
          { name: obisOctets('1.0.1.8.0.255'), unit: WATT_HOUR, scaler: 0, value: supply.register(at) },
          {
            name: obisOctets('1.0.16.7.0.255'),
            unit: WATT,
            scaler: 0,
            value: Math.round(loadAt(supply, at).power),
          },
        ],
      });
      return { via: 'tcp', protocol: 'sml', line: serialNumber, octets };
    },
  };
}
