import { encodeTelegram, scaleDecimal } from '@metermesh/protocols';
import { supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { eightDigits } from './identity.ts';
import { loadAt } from './load.ts';

const GAS = 3;
const HOUR_MS = 3_600_000;

export interface GasBehindP1 {
  readonly serialNumber: string;
  readonly usagePointId: string;
  readonly supplied: Supplied;
}

/**
 * The P1 port of an electricity meter, with the gas meter that it knows: telegrams of DSMR 5 in a stream, or over MQTT where
 * it has a gateway, which speaks for both meters. The gas meter tells its register once an hour.
 */
export function p1Device(settings: DeviceSettings, supplied: Supplied, gas?: GasBehindP1): SimulatedDevice {
  const { serialNumber, everySeconds, phaseSeconds, clockAhead, gateway } = settings;
  const { supply } = supplied;
  const digits = eightDigits(settings);
  const [identifier, gasIdentifier] = [`MMXE${digits}`, `MMXG${digits}`];
  const main = supplyMeter(settings, supplied, { addresses: [`dsmr:${identifier}`] });
  const behind = gas && {
    ...supplyMeter({ ...settings, ...gas, submeter: undefined }, gas.supplied),
    addresses: [`dsmr:${gasIdentifier}`],
  };
  return {
    meters: behind ? [main, behind] : [main],
    everySeconds,
    phaseSeconds,
    gateway,
    tell(_from, at) {
      const total = supply.register(at);
      const low = Math.floor(total / 3);
      const fullHour = at - (at % HOUR_MS);
      const octets = encodeTelegram({
        identification: 'MMX5METERMESH',
        version: '50',
        sentAt: at + clockAhead,
        identifier,
        readings: [
          { obis: '1.0.1.8.1.255', value: thousandths(low), unit: 'kWh' },
          { obis: '1.0.1.8.2.255', value: thousandths(total - low), unit: 'kWh' },
          { obis: '1.0.1.7.0.255', value: thousandths(Math.round(loadAt(supply, at).power)), unit: 'kW' },
        ],
        devices: gas && [
          {
            channel: 1,
            type: GAS,
            identifier: gasIdentifier,
            value: thousandths(gas.supplied.supply.register(fullHour)),
            unit: 'm3',
            capturedAt: fullHour + clockAhead,
          },
        ],
      });
      return gateway === undefined
        ? { via: 'tcp', protocol: 'dsmr', line: serialNumber, octets }
        : { via: 'mqtt', client: gateway, topic: `meters/${gateway}/dsmr`, payload: octets };
    },
  };
}

const thousandths = (value: number) => {
  const [whole = '', fraction = ''] = scaleDecimal(value, -3).split('.');
  return `${whole.padStart(6, '0')}.${fraction.padEnd(3, '0')}`;
};
