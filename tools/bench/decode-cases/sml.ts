import { encodeSmlFrame, obisOctets, serverIdOf, unitSymbol } from '@metermesh/protocols';
import type { DecodeCase } from './decode-case.ts';

/** What a basic meter pushes every second: three registers, and power, voltage and current of each phase. */
const readings = [
  ...['1.8.0', '2.8.0', '1.8.1'].map((code, index) => ({
    code,
    unit: 30,
    scaler: -1,
    value: 123_456_789 + index,
  })),
  ...['16', '36', '56', '76'].map((quantity) => ({
    code: `${quantity}.7.0`,
    unit: 27,
    scaler: 0,
    value: -421,
  })),
  ...['32', '52', '72'].map((quantity) => ({ code: `${quantity}.7.0`, unit: 35, scaler: -1, value: 2301 })),
  ...['31', '51', '71'].map((quantity) => ({ code: `${quantity}.7.0`, unit: 33, scaler: -2, value: 105 })),
];
const identification = '1MMS0000000042';

const benchmark: DecodeCase = {
  protocol: 'sml',
  label: '13 values of 3 phases',
  frame: encodeSmlFrame({
    serverId: serverIdOf(identification)!,
    transaction: 1,
    secondsIndex: 99_043_543,
    readings: readings.map(({ code, ...reading }) => ({ ...reading, name: obisOctets(`1.0.${code}.255`) })),
  }),
  // Beside the values: the seconds index.
  readings: readings.length + 1,
  json: JSON.stringify({
    identification,
    secondsIndex: 99_043_543,
    readings: readings.map(({ code, unit, scaler, value }) => ({
      obis: `1.0.${code}.255`,
      unit: unitSymbol(unit),
      value: (value * 10 ** scaler).toFixed(Math.max(0, -scaler)),
    })),
  }),
};

export default benchmark;
