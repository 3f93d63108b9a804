import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRefusal } from '@metermesh/decider';
import { decimalOf, registerValues } from './register-value.ts';

const read = (value: string, obis = '1.0.1.8.0.255', unit = 'kWh') => ({ obis, value, unit });

describe('a register reading', () => {
  it('is kept as an exact integer and a power of ten', () => {
    expect(registerValues([read('1234.50')])).toMatchObject([{ value: 123450n, scaler: -2, unit: 'kWh' }]);
  });
  it('shows the very digits that were given', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.stringMatching(/^\d{0,8}$/))
      .map(([whole, fraction]) => (fraction ? `${whole}.${fraction}` : `${whole}`));
    fc.assert(
      fc.property(decimal, (text) => {
        const values = registerValues([read(text)]);
        if (isRefusal(values)) throw new Error(values.message);
        expect(decimalOf(values[0]!)).toBe(text);
      }),
    );
  });
  it('shows registers with scalers of meters', () => {
    expect(decimalOf({ value: 5n, scaler: 3 })).toBe('5000');
    expect(decimalOf({ value: 5n, scaler: -3 })).toBe('0.005');
    expect(decimalOf({ value: -1234n, scaler: -2 })).toBe('-12.34');
  });
  it.each([
    ['REGISTER_READ_INVALID', [read('-1')]],
    ['REGISTER_READ_INVALID', [read('1e3')]],
    ['REGISTER_READ_INVALID', [read('1234567890123456789')]],
    ['REGISTER_READ_INVALID', [read('1', '1.0.1.8.0.255', '')]],
    ['OBIS_INVALID', [read('1', '1.8.0')]],
    ['REGISTER_READ_TWICE', [read('1'), read('2')]],
  ])('is refused with %s', (code, reads) => {
    expect(registerValues(reads)).toMatchObject({ code });
  });
});
