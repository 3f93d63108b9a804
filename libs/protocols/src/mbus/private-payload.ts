import type { MeterAddress } from './address.ts';

/**
 * Meters that put a format of their own where the CI field announces records, and do not mark it with DIF 0Fh:
 * manufacturer, device type. To read it as records would make up values.
 */
const meters: ReadonlySet<string> = new Set(['BFW 8']);

export const isPrivate = ({ manufacturer, deviceType }: MeterAddress) =>
  meters.has(`${manufacturer} ${deviceType}`);
