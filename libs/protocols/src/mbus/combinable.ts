import type { ValueInformation, ValueKind } from './value-information.ts';

/** A value information field that VIFEs have been applied to. */
export interface Modification {
  quantity: string;
  unit: string | undefined;
  scaler: number;
  kind: ValueKind;
  direction: 'forward' | 'backward' | undefined;
  /** Phase or quadrant, as OBIS counts them. */
  phase: 0 | 1 | 2 | 3;
  quadrant: 0 | 1 | 2 | 3 | 4;
  /** Volumes at metering or at base conditions. */
  condition: 'metering' | 'base' | undefined;
  /** The values of a profile: from old to new, from new to old, or registers that follow each other. */
  profile: 'forward' | 'inverse' | 'registers' | undefined;
  /** Why the meter sends no value. */
  error: string | undefined;
  /** It no longer measures plainly what the VIF names: no OBIS code applies. */
  altered: boolean;
}

export function unmodified({ quantity, unit, scaler, kind }: ValueInformation): Modification {
  return {
    quantity,
    unit,
    scaler,
    kind,
    direction: undefined,
    phase: 0,
    quadrant: 0,
    condition: undefined,
    profile: undefined,
    error: undefined,
    altered: false,
  };
}

/** Codes 01h to 1Ch (EN 13757-3, 6.4.8, table 17). */
const recordErrors: Readonly<Record<number, string>> = {
  0x01: 'too many DIFEs',
  0x02: 'storage number not implemented',
  0x03: 'subunit not implemented',
  0x04: 'tariff not implemented',
  0x05: 'function not implemented',
  0x06: 'data class not implemented',
  0x07: 'data size not implemented',
  0x0b: 'too many VIFEs',
  0x0c: 'illegal VIF group',
  0x0d: 'illegal VIF exponent',
  0x0e: 'VIF and DIF do not fit',
  0x0f: 'action not implemented',
  0x15: 'no data available',
  0x16: 'data overflow',
  0x17: 'data underflow',
  0x18: 'data error',
  0x1c: 'premature end of record',
};

/** Codes 20h to 38h (EN 13757-3, 6.4.7, table 15): what the unit is divided or multiplied by. */
const perUnits: readonly string[] = [
  '/s', '/min', '/h', '/d', '/wk', '/mo', '/a', '/revolution', '/pulse in 0', '/pulse in 1', '/pulse out 0',
  '/pulse out 1', '/L', '/m3', '/kg', '/K', '/kWh', '/GJ', '/kW', '/(K L)', '/V', '/A', ' s', ' s/V', ' s/A',
]; // prettier-ignore

const TIME_UNITS = ['s', 'min', 'h', 'd'];
const LIMITS = ['lower limit', 'upper limit'];

/** Applies one combinable VIFE (EN 13757-3, 6.4.7, table 15) without its extension bit. */
export function applyCombinable(m: Modification, code: number): void {
  if (code < 0x20) applyStatus(m, code);
  else if (code <= 0x38) alter(m, m.quantity, (m.unit ?? '') + perUnits[code - 0x20]!);
  else if (code === 0x39) becomeDate(m, `start of ${m.quantity}`);
  else if (code === 0x3a) m.condition = 'metering';
  else if (code === 0x3b) m.direction = 'forward';
  else if (code === 0x3c) m.direction = 'backward';
  else if (code === 0x3e) m.condition = 'base';
  else if (code === 0x3f) becomeKind(m, `OBIS code of ${m.quantity}`, 'flags');
  else if (code >= 0x40 && code < 0x70) applyLimit(m, code);
  else if (code < 0x78 && code >= 0x70) m.scaler += code - 0x76;
  else if (code < 0x7c && code >= 0x78) alter(m, `${m.quantity}, to be corrected by 1E${code - 0x7b}`);
  else if (code === 0x7d) m.scaler += 3;
  else if (code === 0x7e) alter(m, `future ${m.quantity}`);
  else m.altered = true;
}

function applyStatus(m: Modification, code: number): void {
  if (code === 0x12) alter(m, `average ${m.quantity}`);
  else if (code === 0x13) m.profile = 'inverse';
  else if (code === 0x14) alter(m, `relative deviation of ${m.quantity}`, '%');
  else if (code === 0x1e) m.profile = 'registers';
  else if (code === 0x1f) m.profile = 'forward';
  else if (code !== 0x00 && code !== 0x1d) {
    m.error = recordErrors[code] ?? `error ${code}`;
    m.altered = true;
  }
}

function applyLimit(m: Modification, code: number): void {
  const limit = LIMITS[(code >> 3) & 1]!;
  const edge = `${(code >> 2) & 1 ? 'last' : 'first'}`;
  const boundary = code & 1 ? 'end' : 'begin';
  if (code < 0x50) {
    const what = code & 0x07;
    if (what === 0) alter(m, `${limit} of ${m.quantity}`);
    else if (what === 1) become(m, `exceedings of ${limit} of ${m.quantity}`, undefined);
    else becomeDate(m, `${boundary} of ${edge} exceeding of ${limit} of ${m.quantity}`);
  } else if (code < 0x60) {
    become(m, `duration of ${edge} exceeding of ${limit} of ${m.quantity}`, TIME_UNITS[code & 3]);
  } else if (code < 0x68) {
    become(m, `duration of ${edge} ${m.quantity}`, TIME_UNITS[code & 3]);
  } else if (code === 0x68 || code === 0x6c) {
    alter(m, `${m.quantity} during exceeding of ${LIMITS[(code >> 2) & 1]!}`);
  } else if (code === 0x69 || code === 0x6d) {
    alter(m, `${code === 0x69 ? 'leakage' : 'overflow'} ${m.quantity}`);
  } else becomeDate(m, `${boundary} of ${edge} ${m.quantity}`);
}

const LINES = ['L1-L2', 'L2-L3', 'L3-L1'];

/** Applies a combinable VIFE of the extension FCh (EN 13757-3, 6.4.7, table 16). */
export function applyCombinableExtension(m: Modification, code: number): void {
  if (code >= 0x01 && code <= 0x03) m.phase = code as 1 | 2 | 3;
  else if (code === 0x04) alter(m, `${m.quantity} N`);
  else if (code >= 0x05 && code <= 0x07) alter(m, `${m.quantity} ${LINES[code - 5]!}`);
  else if (code >= 0x08 && code <= 0x0b) m.quadrant = (code - 7) as 1 | 2 | 3 | 4;
  else if (code === 0x0c) alter(m, `${m.quantity} import less export`);
  else if (code === 0x10) alter(m, `${m.quantity} absolute`);
  else if (code !== 0x11 && code !== 0x12) m.altered = true;
}

function alter(m: Modification, quantity: string, unit = m.unit): void {
  m.quantity = quantity;
  m.unit = unit;
  m.altered = true;
}

function become(m: Modification, quantity: string, unit: string | undefined): void {
  alter(m, quantity);
  m.unit = unit;
  m.scaler = 0;
}

function becomeKind(m: Modification, quantity: string, kind: ValueKind): void {
  become(m, quantity, undefined);
  m.kind = kind;
}

const becomeDate = (m: Modification, quantity: string) => becomeKind(m, quantity, 'date');
