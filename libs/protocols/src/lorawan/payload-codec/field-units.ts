/** A unit as readings have it; a value in the codec's unit × 10^scale is in it. */
export interface CanonicalUnit {
  readonly symbol: string;
  readonly scale: number;
}

const BASES: Readonly<Record<string, CanonicalUnit>> = {
  wh: { symbol: 'Wh', scale: 0 },
  varh: { symbol: 'varh', scale: 0 },
  vah: { symbol: 'VAh', scale: 0 },
  w: { symbol: 'W', scale: 0 },
  var: { symbol: 'var', scale: 0 },
  va: { symbol: 'VA', scale: 0 },
  v: { symbol: 'V', scale: 0 },
  a: { symbol: 'A', scale: 0 },
  hz: { symbol: 'Hz', scale: 0 },
  pa: { symbol: 'Pa', scale: 0 },
};

const UNITS = new Map<string, CanonicalUnit>(
  Object.entries({
    ...BASES,
    ...withPrefix('k', 3, ['wh', 'varh', 'vah', 'w', 'var', 'va', 'v', 'pa']),
    ...withPrefix('m', -3, ['v', 'a']),
    mwh: { symbol: 'Wh', scale: 6 },
    hpa: { symbol: 'Pa', scale: 2 },
    mbar: { symbol: 'Pa', scale: 2 },
    bar: { symbol: 'Pa', scale: 5 },
    c: { symbol: '°C', scale: 0 },
    '°c': { symbol: '°C', scale: 0 },
    celsius: { symbol: '°C', scale: 0 },
    '%': { symbol: '%', scale: 0 },
    '%rh': { symbol: '%', scale: 0 },
    percent: { symbol: '%', scale: 0 },
    ppm: { symbol: 'ppm', scale: 0 },
    m3: { symbol: 'm3', scale: 0 },
    'm³': { symbol: 'm3', scale: 0 },
    'm^3': { symbol: 'm3', scale: 0 },
    l: { symbol: 'm3', scale: -3 },
    liter: { symbol: 'm3', scale: -3 },
    liters: { symbol: 'm3', scale: -3 },
    litre: { symbol: 'm3', scale: -3 },
    litres: { symbol: 'm3', scale: -3 },
  }),
);

function withPrefix(prefix: string, scale: number, bases: readonly string[]): Record<string, CanonicalUnit> {
  return Object.fromEntries(bases.map((base) => [prefix + base, { symbol: BASES[base]!.symbol, scale }]));
}

/** The unit that a codec writes as `text`; `undefined` where it is none of those that readings have. */
export function canonicalUnit(text: string): CanonicalUnit | undefined {
  return UNITS.get(text.trim().toLowerCase());
}

/** Letters that end names for other reasons, too (`energy_a`, `frame_c`), and the words beside which they are units. */
const BESIDE = new Map(
  Object.entries({
    a: /^current$/,
    c: /^temp(erature)?$/,
    l: /^(volume|water|gas|consumption|meter)$/,
    w: /^power$/,
  }),
);

/** The unit with which a name of several words ends: the word's place and the unit. */
export function unitInName(
  words: readonly string[],
): { readonly at: number; readonly unit: CanonicalUnit } | undefined {
  const at = words.length - 1;
  const unit = at > 0 ? UNITS.get(words[at]!) : undefined;
  const beside = BESIDE.get(words[at] ?? '');
  return unit && (!beside || words.some((word) => beside.test(word))) ? { at, unit } : undefined;
}
