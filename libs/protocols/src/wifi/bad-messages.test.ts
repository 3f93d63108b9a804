import { describe, expect, it } from '@jest/globals';
import { shelly, tasmota } from './codec.ts';
import { decodeShelly } from './shelly.ts';
import { decodeTasmota } from './tasmota.ts';

const octets = (text: string) => Buffer.from(text);

describe('a bad message', () => {
  it.each([
    ['JSON_INVALID', '{"ENERGY":{"Total":1.'],
    ['JSON_TOO_DEEP', '['.repeat(50_000)],
    ['JSON_TOO_LONG', `{"a":"${'x'.repeat(70_000)}"}`],
  ])('is answered with %s', (code, text) => {
    const expected = { code, message: expect.stringMatching(/.{20}/), offset: expect.any(Number) };
    expect(decodeTasmota({ topic: 'tele/a/SENSOR', payload: octets(text) })).toEqual(expected);
    expect(decodeShelly({ topic: 'a/events/rpc', payload: octets(text) })).toEqual(expected);
  });

  it('leaves out what is no number, and what an object inherits', () => {
    expect(
      decodeTasmota({
        topic: 'tele/a/SENSOR',
        payload: octets(
          '{"__proto__":{"x":1},"ENERGY":{"Total":null,"Power":1e999,"constructor":{"a":1},"toString":2}}',
        ),
      }),
    ).toMatchObject({
      measurements: [{ code: 'tasmota:__proto__.x' }, { code: 'tasmota:ENERGY.toString', value: '2' }],
    });
  });

  it('in a capture is told at its line, and the others are read', () => {
    const capture = octets(
      'tele/a/SENSOR {"ENERGY":{"Power":1}}\ntele/a/SENSOR {oops\ntele/a/LWT Online\n{"ENERGY":{"Power":2}}\n',
    );
    expect(tasmota.decode(capture, {})).toMatchObject([
      { measurements: [{ value: '1' }] },
      { code: 'JSON_INVALID', offset: expect.any(Number) },
      { measurements: [{ value: '2' }] },
    ]);
    expect(shelly.decode(octets('a/online true\n'), {})).toMatchObject([{ code: 'SHELLY_NOTHING_READ' }]);
    expect(tasmota.decode(octets(''), {})).toMatchObject([{ code: 'TASMOTA_NOTHING_READ' }]);
  });
});
