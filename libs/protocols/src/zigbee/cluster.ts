import type { AttributeMeaning } from './attribute.ts';
import { ELECTRICAL_MEASUREMENT, electricalMeasurement } from './electrical-measurement.ts';
import { METERING, metering } from './metering.ts';
import { otherClusters } from './other-clusters.ts';
import type { ZclFrame } from './zcl-frame.ts';

export interface Cluster {
  readonly id: number;
  readonly name: string;
  readonly attributes: ReadonlyMap<number, AttributeMeaning>;
}

const all: readonly Cluster[] = [
  { id: METERING, name: 'metering', attributes: metering },
  { id: ELECTRICAL_MEASUREMENT, name: 'electrical measurement', attributes: electricalMeasurement },
  ...otherClusters.map(([id, name, attributes]) => ({ id, name, attributes })),
];

const byId = new Map(all.map((cluster) => [cluster.id, cluster]));

export const findCluster = (id: number): Cluster | undefined => byId.get(id);

/** Temperature and relative humidity: what most devices report of themselves. */
const COMMONEST = [0x0402, 0x0405];

/** Clusters that have every attribute of the frame with its type, the likeliest first. */
export function fittingClusters({ attributes, manufacturer }: ZclFrame): readonly Cluster[] {
  if (attributes.length === 0 || manufacturer !== undefined) return [];
  const fitting = all.filter((cluster) =>
    attributes.every(({ id, type }) => cluster.attributes.get(id)?.types.includes(type)),
  );
  const isCommon = ({ id }: Cluster) => COMMONEST.includes(id);
  return [...fitting.filter(isCommon), ...fitting.filter((cluster) => !isCommon(cluster))];
}
