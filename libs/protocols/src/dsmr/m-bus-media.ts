export interface Medium {
  readonly medium: string;
  readonly quantity: string;
  /** Register of the reading type in which the medium is counted. */
  readonly registerObis: string;
}

const water: Medium = { medium: 'water', quantity: 'water volume', registerObis: '8.0.1.0.0.255' };
const hotWater: Medium = { medium: 'hot-water', quantity: 'hot water volume', registerObis: '9.0.1.0.0.255' };
const heat: Medium = { medium: 'heat', quantity: 'heat energy', registerObis: '6.0.1.0.0.255' };
const cooling: Medium = { medium: 'cooling', quantity: 'cooling energy', registerObis: '5.0.1.0.0.255' };

/** Device types (0-n:24.1.0) as EN 13757-3 table 13 numbers them. */
const media: Readonly<Record<number, Medium>> = {
  2: { medium: 'electricity', quantity: 'active energy import', registerObis: '1.0.1.8.0.255' },
  3: { medium: 'gas', quantity: 'gas volume', registerObis: '7.0.3.0.0.255' },
  4: heat,
  6: hotWater,
  7: water,
  10: cooling,
  11: cooling,
  12: heat,
  13: heat,
  21: hotWater,
  22: water,
};

/** The medium of a device type as it is sent, `003` or `3`. */
export function mediumOfType(type: string | undefined): Medium | undefined {
  return type === undefined ? undefined : media[Number(type)];
}
