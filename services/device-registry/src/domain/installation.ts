import { equals } from '@bufbuild/protobuf';
import { timestampDate, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  MeterInstalledSchema,
  MeterRemovedSchema,
  type MeterInstalled,
  type MeterRegistered,
  type MeterRemoved,
} from '@metermesh/contracts';
import { channelCode } from '@metermesh/metering';

/** A meter's time at a usage point, [installed, removed); still there while `removed` is not known. */
export interface Installation {
  readonly installed: MeterInstalled;
  readonly removed?: MeterRemoved;
}

/** The channels that a meter fills where it is installed, as sub-meter or for the supply itself. */
export const channelsOf = ({ channels }: MeterRegistered, submeter: string): string[] =>
  channels.map(({ readingType }) => channelCode(readingType, submeter));

/** Installations in the order in which they were recorded, of one usage point or of one meter. */
export type Installations = readonly Installation[];

export const withInstalled = (history: Installations, installed: MeterInstalled): Installations => [
  ...history,
  { installed },
];

export const withRemoved = (history: Installations, removed: MeterRemoved): Installations =>
  history.map((each) => (isOpen(each) && isSame(each.installed, removed) ? { ...each, removed } : each));

export const isOpen = (installation: Installation): boolean => installation.removed === undefined;

/** Whether exactly this was recorded before: the command is a repeat. */
export const hasInstalled = (history: Installations, event: MeterInstalled): boolean =>
  history.some(({ installed }) => equals(MeterInstalledSchema, installed, event));

export const hasRemoved = (history: Installations, event: MeterRemoved): boolean =>
  history.some(({ removed }) => removed !== undefined && equals(MeterRemovedSchema, removed, event));

/** Whether the installation lasts into the time that begins at `installed`. */
export function overlaps({ removed }: Installation, installed: MeterInstalled): boolean {
  return removed === undefined || timestampMs(removed.removedAt!) > timestampMs(installed.installedAt!);
}

export const since = (installed: MeterInstalled): string =>
  timestampDate(installed.installedAt!).toISOString();
export const until = (removed: MeterRemoved): string => timestampDate(removed.removedAt!).toISOString();

type Placed = Pick<MeterInstalled, 'serialNumber' | 'usagePointId'>;
const isSame = (one: Placed, other: Placed): boolean =>
  one.serialNumber === other.serialNumber && one.usagePointId === other.usagePointId;
