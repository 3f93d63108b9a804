/** Networks, as a mix names them. */
export const networkNames = [
  'dlms',
  'dcu',
  'mbus',
  'wired',
  'lorawan',
  'zigbee',
  'p1',
  'sml',
  'tasmota',
  'shelly',
] as const;
export type NetworkName = (typeof networkNames)[number];

/** How many devices of each network. */
export type FleetMix = Readonly<Partial<Record<NetworkName, number>>>;

/** Half of a fleet with DLMS as utilities have them, and some of everything else. */
export const usualMix: FleetMix = {
  dlms: 30,
  dcu: 15,
  mbus: 15,
  wired: 5,
  lorawan: 15,
  zigbee: 8,
  p1: 4,
  sml: 4,
  tasmota: 2,
  shelly: 2,
};

/** Reads `dlms=40,mbus=20`. @throws where a name is no network, is given twice or its number is not whole */
export function parseMix(text: string): FleetMix {
  const mix: Partial<Record<NetworkName, number>> = {};
  for (const part of text.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    const known = networkNames.find((each) => each === name);
    if (!known || !/^\d{1,6}$/.test(value) || known in mix)
      throw new Error(
        `"${part}" is no share of a mix: give whole numbers of ${networkNames.join(', ')}, each once, e.g. dlms=40,mbus=20.`,
      );
    mix[known] = Number(value);
  }
  return mix;
}

/**
 * As many devices as asked for, each network by its share of the mix: what is left after whole numbers goes to the largest
 * remainders.
 */
export function apportion(mix: FleetMix, devices: number): FleetMix {
  const shares = networkNames.flatMap((name) => (mix[name] ? [{ name, share: mix[name] }] : []));
  const sum = shares.reduce((total, { share }) => total + share, 0);
  if (sum === 0) throw new Error('A mix needs a device of some network.');
  const parts = shares.map(({ name, share }) => {
    const exact = (share * devices) / sum;
    return { name, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  const left = devices - parts.reduce((total, { whole }) => total + whole, 0);
  const favoured = new Set([...parts].sort((a, b) => b.rest - a.rest).slice(0, left));
  return Object.fromEntries(
    parts.map((part) => [part.name, part.whole + (favoured.has(part) ? 1 : 0)]),
  ) as FleetMix;
}
