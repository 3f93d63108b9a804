import type { DecodedMeasurement, DecodedPush } from '../measurement.ts';
import { mediumOfType, type Medium } from './m-bus-media.ts';
import { addressOf, decodeOctetText } from './telegram-push.ts';

/**
 * What a telegram says, by device: first the electricity meter with its own values, then each M-Bus device that has an
 * identifier, with its reading under the register of its medium. A value without a time of capture is none: no device is
 * bound to that channel.
 */
export function splitByDevice(push: DecodedPush): DecodedPush[] {
  const channels = new Map<string, DecodedMeasurement[]>();
  const own: DecodedMeasurement[] = [];
  for (const measurement of push.measurements) {
    const channel = /^0\.([1-9]\d*)\./.exec(measurement.obis)?.[1];
    if (!channel) own.push(measurement);
    else if (channels.has(channel)) channels.get(channel)!.push(measurement);
    else channels.set(channel, [measurement]);
  }
  const devices = [...channels.values()].flatMap((measurements) => deviceOf(measurements) ?? []);
  return [{ ...push, measurements: own }, ...devices];
}

function deviceOf(measurements: readonly DecodedMeasurement[]): DecodedPush | undefined {
  const find = (pattern: RegExp) => measurements.find(({ obis }) => pattern.test(obis))?.value;
  const identifier = find(/^0\.\d+\.96\.1\.[01]\.255$/);
  if (!identifier) return undefined;
  const serialNumber = decodeOctetText(identifier);
  const medium = mediumOfType(find(/^0\.\d+\.24\.1\.0\.255$/));
  return {
    device: { serialNumber, address: addressOf(serialNumber), medium: medium?.medium },
    measurements: measurements.flatMap((measurement) => ownReading(measurement, medium)),
    loadProfiles: [],
    events: [],
    warnings: [],
  };
}

function ownReading(measurement: DecodedMeasurement, medium: Medium | undefined): DecodedMeasurement[] {
  const { obis, time, unit } = measurement;
  if (!/^0\.\d+\.24\.[23]\.\d+\.255$/.test(obis)) return [measurement];
  if (time === undefined || unit === undefined) return [];
  if (!medium) return [measurement];
  return [{ ...measurement, obis: medium.registerObis, code: obis }];
}
