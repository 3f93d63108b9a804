import { readingType, type ServiceKind } from '@metermesh/metering';
import type { MeteredSupply } from '../metered-supply.ts';
import type { Room } from '../room.ts';
import type { DeviceChannel, DeviceMeter, DeviceSettings } from './device.ts';

export interface Supplied {
  readonly readingType: string;
  readonly supply: MeteredSupply;
}

/** The meter of a device that measures a supply. */
export function supplyMeter(
  { serialNumber, usagePointId, submeter }: DeviceSettings,
  { readingType: code, supply }: Supplied,
  more: Partial<DeviceMeter> = {},
): DeviceMeter {
  const { intervalSeconds } = supply.settings;
  const channel: DeviceChannel = { readingType: code, intervalSeconds, value: (start) => supply.use(start) };
  return {
    serialNumber,
    usagePointId,
    submeter,
    serviceKind: readingType(code)!.serviceKind,
    channels: [channel],
    supply,
    ...more,
  };
}

/** The meter of a sensor of temperature, humidity and carbon dioxide. */
export function roomMeter(
  { serialNumber, usagePointId, submeter }: DeviceSettings,
  room: Room,
  more: Partial<DeviceMeter> = {},
): DeviceMeter {
  const { intervalSeconds } = room.settings;
  const serviceKind: ServiceKind = 'ENVIRONMENT';
  return {
    serialNumber,
    usagePointId,
    submeter,
    serviceKind,
    channels: [
      { readingType: 'temperature', intervalSeconds, value: (start) => room.state(start).temperature },
      { readingType: 'relative-humidity', intervalSeconds, value: (start) => room.state(start).humidity },
      { readingType: 'co2-concentration', intervalSeconds, value: (start) => room.state(start).co2 },
    ],
    ...more,
  };
}
