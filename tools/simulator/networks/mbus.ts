import { encodeRecords, encodeWired, encodeWireless, vib, type MessageToSend } from '@metermesh/protocols';
import { supplyMeter, type Supplied } from './channels.ts';
import type { DeviceSettings, SimulatedDevice } from './device.ts';
import { eightDigits, keyOf } from './identity.ts';

const MANUFACTURER = 'MMX';
/** EN 13757-7, table 13, and how each counts. */
const media = {
  'gas-volume': { deviceType: 0x03, register: vib.volumeL },
  'water-volume': { deviceType: 0x07, register: vib.volumeL },
  'heat-energy': { deviceType: 0x04, register: vib.energyWh },
} as const;

export type MbusReadingType = keyof typeof media;

interface MbusMeter {
  readonly meter: ReturnType<typeof supplyMeter>;
  message(at: number): Omit<MessageToSend, 'security'>;
}

function mbusMeter(settings: DeviceSettings, supplied: Supplied, keys: object): MbusMeter {
  const { supply, readingType } = supplied;
  const { deviceType, register } = media[readingType as MbusReadingType];
  const identification = eightDigits(settings);
  return {
    meter: supplyMeter(settings, supplied, {
      addresses: [`mbus:${MANUFACTURER}-${identification}`],
      ...keys,
    }),
    message(at) {
      const shown = at + settings.clockAhead + supply.settings.surroundings.utcOffsetSeconds * 1000;
      return {
        address: { manufacturer: MANUFACTURER, identification, version: 1, deviceType },
        accessNumber: Math.floor(at / (settings.everySeconds * 1000)) & 0xff,
        records: encodeRecords([
          { vib: register, data: { field: 'int32', value: supply.register(at) } },
          { vib: vib.dateTime, data: { field: 'seconds', value: shown } },
        ]),
      };
    },
  };
}

/** A meter that radios its register, encrypted, to a receiver that publishes what it hears over MQTT. */
export function wirelessMbusDevice(settings: DeviceSettings, supplied: Supplied): SimulatedDevice {
  const { everySeconds, phaseSeconds, number, gateway } = settings;
  const encryptionKey = keyOf(settings, 'encryption');
  const key = Buffer.from(encryptionKey, 'hex');
  const { meter, message } = mbusMeter(settings, supplied, { encryptionKey });
  return {
    meters: [meter],
    everySeconds,
    phaseSeconds,
    gateway,
    tell(_from, at) {
      const counter = Math.floor((at - COUNTED_SINCE) / 1000);
      const security = number % 2 === 0 ? ({ mode: 5, key } as const) : ({ mode: 7, key, counter } as const);
      const payload = encodeWireless({ ...message(at), security }, number % 4 < 2 ? 'A' : 'B');
      return { via: 'mqtt', client: gateway!, topic: `meters/${gateway}/mbus`, payload };
    },
  };
}

/** A meter on a pair of wires, read by a level converter that uploads the answers. */
export function wiredMbusDevice(settings: DeviceSettings, supplied: Supplied): SimulatedDevice {
  const { everySeconds, phaseSeconds } = settings;
  const { meter, message } = mbusMeter(settings, supplied, {});
  return {
    meters: [meter],
    everySeconds,
    phaseSeconds,
    tell: (_from, at) => ({ via: 'http', protocol: 'mbus', octets: encodeWired(message(at)) }),
  };
}

/** Seconds from then on are never the same twice, and fit 32 bits for a century. */
const COUNTED_SINCE = Date.UTC(2020, 0, 1);
