export type ServiceKind = 'ELECTRICITY' | 'GAS' | 'WATER' | 'HEAT' | 'ENVIRONMENT';

/**
 * What a channel's values mean. Values are always whole multiples of `unit`.
 * Obis codes after IEC 62056-61 (DLMS Blue Book, part 1, clause 6): value group A is the medium, C the quantity, D the processing.
 */
export interface ReadingType {
  readonly code: string;
  readonly serviceKind: ServiceKind;
  readonly unit: string;
  /** The unit people read, on bills and on screens, and how many of `unit` it holds. */
  readonly displayUnit: { readonly symbol: string; readonly size: number };
  /** What several intervals are together: what flowed adds up (`sum`), a state is averaged over time (`mean`). */
  readonly aggregation: 'sum' | 'mean';
  /** Interval values: group D = 29, time integral 5 (since the last recording interval began); of a state the state itself. */
  readonly intervalObis: string;
  /** Cumulative register: group D = 8 for electricity, time integral 1; of a state the state itself. */
  readonly registerObis: string;
}

/** Electricity: group C of IEC 62056-61, 6.2. */
function energy(code: string, unit: string, quantity: number): ReadingType {
  return {
    code,
    serviceKind: 'ELECTRICITY',
    unit,
    displayUnit: { symbol: `k${unit}`, size: 1000 },
    aggregation: 'sum',
    intervalObis: `1.0.${quantity}.29.0.255`,
    registerObis: `1.0.${quantity}.8.0.255`,
  };
}

function volume(code: string, serviceKind: ServiceKind, medium: string): ReadingType {
  return {
    code,
    serviceKind,
    unit: 'L',
    displayUnit: { symbol: 'm3', size: 1000 },
    aggregation: 'sum',
    intervalObis: `${medium}.29.0.255`,
    registerObis: `${medium}.0.0.255`,
  };
}

function state(code: string, unit: string, symbol: string, size: number, obis: string): ReadingType {
  return {
    code,
    serviceKind: 'ENVIRONMENT',
    unit,
    displayUnit: { symbol, size },
    aggregation: 'mean',
    intervalObis: obis,
    registerObis: obis,
  };
}

export const readingTypes: readonly ReadingType[] = [
  energy('active-energy-import', 'Wh', 1),
  energy('active-energy-export', 'Wh', 2),
  energy('reactive-energy-import', 'varh', 3),
  energy('reactive-energy-export', 'varh', 4),
  energy('apparent-energy-import', 'VAh', 9),
  energy('apparent-energy-export', 'VAh', 10),
  volume('gas-volume', 'GAS', '7.0.3'),
  // Hot water is counted alike; its codes begin with 9.0.1, which the channel says.
  volume('water-volume', 'WATER', '8.0.1'),
  {
    code: 'heat-energy',
    serviceKind: 'HEAT',
    unit: 'Wh',
    displayUnit: { symbol: 'kWh', size: 1000 },
    aggregation: 'sum',
    intervalObis: '6.0.1.29.0.255',
    registerObis: '6.0.1.0.0.255',
  },
  // Abstract objects of the environment, 0.b.96.9.e.255 (IEC 62056-61, 6.1): ambient temperature, pressure, relative humidity.
  state('temperature', 'm°C', '°C', 1000, '0.0.96.9.0.255'),
  state('air-pressure', 'Pa', 'hPa', 100, '0.0.96.9.1.255'),
  state('relative-humidity', '‰', '%', 10, '0.0.96.9.2.255'),
  // There is no standard code for carbon dioxide; from 128 on group E is for manufacturers.
  state('co2-concentration', 'ppm', 'ppm', 1, '0.0.96.9.128.255'),
];

const byCode = new Map(readingTypes.map((type) => [type.code, type]));

export const readingType = (code: string): ReadingType | undefined => byCode.get(code);
