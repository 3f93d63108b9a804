import { create } from '@bufbuild/protobuf';
import { RegisterValueSchema, type RegisterValue } from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { faultOfObis } from './obis.ts';

/** A register as somebody read it: `value` is an exact decimal in `unit`. */
export interface RegisterRead {
  obis: string;
  value: string;
  unit: string;
}

const MOST_DIGITS = 18;

/** Registers read at one instant, or what is wrong with the first that cannot be. */
export function registerValues(reads: readonly RegisterRead[]): RegisterValue[] | Refusal {
  const values: RegisterValue[] = [];
  for (const read of reads) {
    const value = registerValue(read);
    if (isRefusal(value)) return value;
    if (values.some(({ obis }) => obis === value.obis)) {
      return refuse('REGISTER_READ_TWICE', `Register ${value.obis} is given twice; give each one once.`);
    }
    values.push(value);
  }
  return values;
}

/** The decimal as an integer and a power of ten: "1234.50" is 123450 · 10⁻². */
function registerValue({ obis, value, unit }: RegisterRead): RegisterValue | Refusal {
  const fault = faultOfObis(obis);
  if (fault) return fault;
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === undefined || whole.length + fraction.length > MOST_DIGITS || unit.trim() === '') {
    return refuse(
      'REGISTER_READ_INVALID',
      `Register ${obis} reads ${JSON.stringify(value)} ${JSON.stringify(unit)}; give a number of at most ${MOST_DIGITS} ` +
        `digits, not negative, and its unit.`,
    );
  }
  return create(RegisterValueSchema, {
    obis,
    value: BigInt(whole + fraction),
    scaler: 0 - fraction.length,
    unit,
  });
}

/** The exact decimal that a register shows, scaler applied. */
export function decimalOf({ value, scaler }: Pick<RegisterValue, 'value' | 'scaler'>): string {
  if (scaler >= 0) return (value * 10n ** BigInt(scaler)).toString();
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(1 - scaler, '0');
  return `${sign}${digits.slice(0, scaler)}.${digits.slice(scaler)}`;
}
