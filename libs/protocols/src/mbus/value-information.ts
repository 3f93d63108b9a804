/** How the data of a record are to be read. */
export type ValueKind =
  | 'number'
  /** date, time or both, by the width of the data (EN 13757-3, Annex A) */
  | 'date'
  /** digits or characters that are no amount: leading zeros count */
  | 'identification'
  /** bits, shown as hexadecimal */
  | 'flags'
  | 'manufacturer'
  | 'device-type';

/** What a VIF says: the quantity, its unit, and the power of ten that data are to be multiplied by. */
export interface ValueInformation {
  readonly quantity: string;
  readonly unit?: string;
  readonly scaler: number;
  readonly kind: ValueKind;
}

type Table = readonly (ValueInformation | undefined)[];

const TIME_UNITS = ['s', 'min', 'h', 'd'];
const CALENDAR_UNITS = ['h', 'd', 'mo', 'a'];

class TableBuilder {
  readonly table: (ValueInformation | undefined)[] = new Array<undefined>(128).fill(undefined);

  /** `count` codes from `first` on, each ten times the one before. */
  decades(first: number, count: number, quantity: string, unit: string | undefined, scaler: number): this {
    for (let n = 0; n < count; n++) {
      this.table[first + n] = { quantity, unit, scaler: scaler + n, kind: 'number' };
    }
    return this;
  }

  /** Codes from `first` on, one a unit. */
  units(first: number, units: readonly string[], quantity: string): this {
    units.forEach((unit, n) => (this.table[first + n] = { quantity, unit, scaler: 0, kind: 'number' }));
    return this;
  }

  one(code: number, quantity: string, kind: ValueKind = 'number', unit?: string, scaler = 0): this {
    this.table[code] = { quantity, unit, scaler, kind };
    return this;
  }
}

/** Primary VIFs (EN 13757-3, 6.4.2, table 10). */
export const primaryTable: Table = new TableBuilder()
  .decades(0x00, 8, 'energy', 'Wh', -3)
  .decades(0x08, 8, 'energy', 'J', 0)
  .decades(0x10, 8, 'volume', 'm3', -6)
  .decades(0x18, 8, 'mass', 'kg', -3)
  .units(0x20, TIME_UNITS, 'on time')
  .units(0x24, TIME_UNITS, 'operating time')
  .decades(0x28, 8, 'power', 'W', -3)
  .decades(0x30, 8, 'power', 'J/h', 0)
  .decades(0x38, 8, 'volume flow', 'm3/h', -6)
  .decades(0x40, 8, 'volume flow', 'm3/min', -7)
  .decades(0x48, 8, 'volume flow', 'm3/s', -9)
  .decades(0x50, 8, 'mass flow', 'kg/h', -3)
  .decades(0x58, 4, 'flow temperature', '°C', -3)
  .decades(0x5c, 4, 'return temperature', '°C', -3)
  .decades(0x60, 4, 'temperature difference', 'K', -3)
  .decades(0x64, 4, 'temperature', '°C', -3)
  .decades(0x68, 4, 'pressure', 'bar', -3)
  .one(0x6c, 'date', 'date')
  .one(0x6d, 'clock', 'date')
  .one(0x6e, 'heat cost units')
  .units(0x70, TIME_UNITS, 'averaging duration')
  .units(0x74, TIME_UNITS, 'actuality duration')
  .one(0x78, 'fabrication number', 'identification')
  .one(0x79, 'enhanced identification', 'identification')
  .one(0x7a, 'bus address')
  .one(0x7e, 'any quantity').table;

/** VIFEs after FBh (EN 13757-3, 6.4.4, table 14). */
export const tableFB: Table = new TableBuilder()
  .decades(0x00, 2, 'energy', 'Wh', 5)
  .decades(0x02, 2, 'reactive energy', 'varh', 3)
  .decades(0x04, 2, 'apparent energy', 'VAh', 3)
  .decades(0x08, 2, 'energy', 'J', 8)
  .decades(0x0c, 4, 'energy', 'cal', 5)
  .decades(0x10, 2, 'volume', 'm3', 2)
  .decades(0x14, 4, 'reactive power', 'var', 0)
  .decades(0x18, 2, 'mass', 'kg', 5)
  .decades(0x1a, 2, 'relative humidity', '%', -1)
  .one(0x20, 'volume', 'number', 'ft3')
  .one(0x21, 'volume', 'number', 'ft3', -1)
  .one(0x22, 'volume', 'number', 'US gal', -1)
  .one(0x23, 'volume', 'number', 'US gal')
  .one(0x24, 'volume flow', 'number', 'US gal/min', -3)
  .one(0x25, 'volume flow', 'number', 'US gal/min')
  .one(0x26, 'volume flow', 'number', 'US gal/h')
  .decades(0x28, 2, 'power', 'W', 5)
  .one(0x2a, 'phase angle between voltages', 'number', '°', -1)
  .one(0x2b, 'phase angle of current to voltage', 'number', '°', -1)
  .decades(0x2c, 4, 'frequency', 'Hz', -3)
  .decades(0x30, 2, 'power', 'J/h', 8)
  .decades(0x34, 4, 'apparent power', 'VA', 0)
  .decades(0x58, 4, 'flow temperature', '°F', -3)
  .decades(0x5c, 4, 'return temperature', '°F', -3)
  .decades(0x60, 4, 'temperature difference', '°F', -3)
  .decades(0x64, 4, 'temperature', '°F', -3)
  .decades(0x70, 4, 'temperature limit', '°F', -3)
  .decades(0x74, 4, 'temperature limit', '°C', -3)
  .decades(0x78, 8, 'cumulated count of maximum power', 'W', -3).table;

/** VIFEs after FDh (EN 13757-3, 6.4.5, table 12). */
export const tableFD: Table = new TableBuilder()
  .decades(0x00, 4, 'credit', 'currency', -3)
  .decades(0x04, 4, 'debit', 'currency', -3)
  .one(0x08, 'unique message identification')
  .one(0x09, 'device type', 'device-type')
  .one(0x0a, 'manufacturer', 'manufacturer')
  .one(0x0b, 'parameter set', 'identification')
  .one(0x0c, 'model version', 'identification')
  .one(0x0d, 'hardware version', 'identification')
  .one(0x0e, 'firmware version', 'identification')
  .one(0x0f, 'software version', 'identification')
  .one(0x10, 'customer location', 'identification')
  .one(0x11, 'customer', 'identification')
  .one(0x12, 'access code of user', 'identification')
  .one(0x13, 'access code of operator', 'identification')
  .one(0x14, 'access code of system operator', 'identification')
  .one(0x15, 'access code of developer', 'identification')
  .one(0x16, 'password', 'identification')
  .one(0x17, 'error flags', 'flags')
  .one(0x18, 'error mask', 'flags')
  .one(0x19, 'security key', 'flags')
  .one(0x1a, 'digital output', 'flags')
  .one(0x1b, 'digital input', 'flags')
  .one(0x1c, 'baud rate', 'number', 'Bd')
  .one(0x1d, 'response delay', 'number', 'bit times')
  .one(0x1e, 'retries')
  .one(0x1f, 'remote control', 'flags')
  .one(0x20, 'first cyclic storage number')
  .one(0x21, 'last cyclic storage number')
  .one(0x22, 'size of storage block')
  .one(0x23, 'descriptor of tariff and subunit', 'flags')
  .units(0x24, [...TIME_UNITS, 'mo', 'a'], 'storage interval')
  .one(0x2a, 'operator data', 'identification')
  .one(0x2b, 'time point', 'number', 's')
  .units(0x2c, TIME_UNITS, 'duration since readout')
  .one(0x30, 'start of tariff', 'date')
  .units(0x31, ['min', 'h', 'd'], 'duration of tariff')
  .units(0x34, [...TIME_UNITS, 'mo', 'a'], 'period of tariff')
  .one(0x3a, 'count')
  .one(0x3b, 'wireless M-Bus container', 'flags')
  .units(0x3c, TIME_UNITS, 'transmission period')
  .decades(0x40, 16, 'voltage', 'V', -9)
  .decades(0x50, 16, 'current', 'A', -12)
  .one(0x60, 'reset counter')
  .one(0x61, 'cumulation counter')
  .one(0x62, 'control signal', 'flags')
  .one(0x63, 'day of week')
  .one(0x64, 'week number')
  .one(0x65, 'time of day change', 'flags')
  .one(0x66, 'state of parameter activation', 'flags')
  .one(0x67, 'supplier information', 'identification')
  .units(0x68, CALENDAR_UNITS, 'duration since cumulation')
  .units(0x6c, CALENDAR_UNITS, 'operating time of battery')
  .one(0x70, 'battery change', 'date')
  .one(0x71, 'signal strength', 'number', 'dBm')
  .one(0x72, 'daylight saving', 'flags')
  .one(0x73, 'listening window', 'flags')
  .one(0x74, 'remaining battery life', 'number', 'd')
  .one(0x75, 'number of stops')
  .one(0x76, 'manufacturer container', 'flags').table;

/** VIFEs after FDh FDh (EN 13757-3, 6.4.6, table 13). */
export const tableFDFD: Table = new TableBuilder()
  .one(0x00, 'selected application')
  .one(0x02, 'remaining battery life', 'number', 'mo')
  .one(0x03, 'remaining battery life', 'number', 'a').table;
