import { DecodeError, type ZigbeeOptions } from '@metermesh/protocols';

/** `--cluster 0702` and `--known 0702/0302=1000`, numbers of clusters and attributes in hexadecimal, values in decimal. */
export function zigbeeOptions(
  cluster: string | undefined,
  known: readonly string[] = [],
): ZigbeeOptions | DecodeError {
  const digits = cluster === undefined ? undefined : /^(?:0x)?([0-9a-f]{1,4})$/i.exec(cluster)?.[1];
  if (cluster !== undefined && digits === undefined) {
    return new DecodeError(
      'OPTION_INVALID',
      `--cluster ${cluster} is no cluster: write four hexadecimal digits, e.g. 0702.`,
      0,
    );
  }
  const attributes: Record<string, number> = {};
  for (const given of known) {
    const [, name, value] = /^([0-9a-f]{4}\/[0-9a-f]{4})=(\d{1,15})$/i.exec(given) ?? [];
    if (name === undefined)
      return new DecodeError(
        'OPTION_INVALID',
        `--known ${given} is no attribute with its value: write e.g. 0702/0302=1000.`,
        0,
      );
    attributes[name.toUpperCase()] = Number(value);
  }
  const id = digits === undefined ? undefined : Number.parseInt(digits, 16);
  return { cluster: id, mayGuessCluster: true, attributes };
}
