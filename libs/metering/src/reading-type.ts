export type ServiceKind = 'ELECTRICITY' | 'GAS' | 'WATER';

/**
 * What a channel's values mean. Values are always whole multiples of `unit`.
 * Obis codes after IEC 62056-61 (DLMS Blue Book, part 1, clause 6): value group A is the medium, C the quantity, D the processing.
 */
export interface ReadingType {
  readonly code: string;
  readonly serviceKind: ServiceKind;
  readonly unit: string;
  /** The unit customers read on bills, and how many of `unit` it holds. */
  readonly billingUnit: { readonly symbol: string; readonly size: number };
  /** Interval values: group D = 29, time integral 5 (since the last recording interval began). */
  readonly intervalObis: string;
  /** Cumulative register: group D = 8 for electricity, time integral 1. */
  readonly registerObis: string;
}

const kilo = (symbol: string) => ({ symbol, size: 1000 });

export const readingTypes: readonly ReadingType[] = [
  {
    code: 'active-energy-import',
    serviceKind: 'ELECTRICITY',
    unit: 'Wh',
    billingUnit: kilo('kWh'),
    intervalObis: '1.0.1.29.0.255',
    registerObis: '1.0.1.8.0.255',
  },
  {
    code: 'active-energy-export',
    serviceKind: 'ELECTRICITY',
    unit: 'Wh',
    billingUnit: kilo('kWh'),
    intervalObis: '1.0.2.29.0.255',
    registerObis: '1.0.2.8.0.255',
  },
  {
    code: 'reactive-energy-import',
    serviceKind: 'ELECTRICITY',
    unit: 'varh',
    billingUnit: kilo('kvarh'),
    intervalObis: '1.0.3.29.0.255',
    registerObis: '1.0.3.8.0.255',
  },
  {
    code: 'gas-volume',
    serviceKind: 'GAS',
    unit: 'L',
    billingUnit: kilo('m3'),
    intervalObis: '7.0.3.29.0.255',
    registerObis: '7.0.3.0.0.255',
  },
  {
    code: 'water-volume',
    serviceKind: 'WATER',
    unit: 'L',
    billingUnit: kilo('m3'),
    intervalObis: '8.0.1.29.0.255',
    registerObis: '8.0.1.0.0.255',
  },
];

const byCode = new Map(readingTypes.map((type) => [type.code, type]));

export const readingType = (code: string): ReadingType | undefined => byCode.get(code);
