import { channelCode } from '@metermesh/metering';
import type { SimulatedDevice } from './networks/device.ts';

/** One interval as it was, whatever anybody was told of it. */
export interface TrueInterval {
  readonly device: string;
  readonly usagePointId: string;
  readonly channel: string;
  readonly intervalSeconds: number;
  /** ISO 8601 in UTC. */
  readonly start: string;
  /** In the unit of the reading type. */
  readonly value: number;
}

/** The truth behind devices for all whole intervals in [from, to). */
export function* truthOf(
  devices: readonly SimulatedDevice[],
  from: number,
  to: number,
): Generator<TrueInterval> {
  for (const { serialNumber, usagePointId, submeter, channels } of devices.flatMap(({ meters }) => meters)) {
    for (const { readingType, intervalSeconds, value } of channels) {
      const length = intervalSeconds * 1000;
      for (let start = Math.ceil(from / length) * length; start + length <= to; start += length) {
        yield {
          device: serialNumber,
          usagePointId,
          channel: channelCode(readingType, submeter),
          intervalSeconds,
          start: new Date(start).toISOString(),
          value: value(start),
        };
      }
    }
  }
}
