import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDecodeError } from '../decode-error.ts';
import { shelly, tasmota } from './codec.ts';
import { encodeShellyNotifyStatus, encodeTasmotaSensor } from './encode-messages.ts';
import { decodeShelly } from './shelly.ts';
import { decodeTasmota } from './tasmota.ts';

const state = { client: 'a', sentAt: 1.78e12, importedWattHours: 1234, power: 5, voltage: 230, current: 1 };
const seeds = [
  encodeTasmotaSensor(state, { temperature: 20, humidity: 40, co2: 500 }).payload,
  encodeShellyNotifyStatus(state, { temperature: 20 }).payload,
  Buffer.from('{"ENERGY":{"Total":[1,2,3],"TotalTariff":[1,2]},"TIC":{"BASE":1},"MT631":{"1_8_0":1}}'),
  Buffer.from('{"emeters":[{"power":1,"total":2}],"meters":[{"power":1,"total":60}],"unixtime":1782900900}'),
];

const keys = fc.constantFrom(
  'ENERGY',
  'Total',
  'TIC',
  'Time',
  'Epoch',
  'TempUnit',
  'em:0',
  'switch:1',
  'params',
  'errors',
  'aenergy',
  'total',
  'emeters',
);
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.constant(null),
    fc.boolean(),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(keys, fc.string()), tie('value'), { maxKeys: 6 }),
})).object;

const mutated = fc
  .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }))
  .map(([seed, changes]) => {
    const bytes = Uint8Array.from(seed);
    for (const [at, octet] of changes) bytes[at % bytes.length] = octet;
    return Buffer.from(bytes);
  });

function decodeEverything(payload: Buffer): void {
  const topics = [
    'tele/a/SENSOR',
    'stat/a/STATUS8',
    'a/events/rpc',
    'a/status/em:0',
    'shellies/a/info',
    'shellies/a/emeter/0/power',
  ];
  const results = [
    ...topics.flatMap((topic) => [
      decodeTasmota({ topic, payload, receivedAt: 1.78e12 }),
      decodeShelly({ topic, payload }),
    ]),
    ...tasmota.decode(payload, {}),
    ...shelly.decode(payload, {}),
  ];
  for (const result of results) {
    if (result === undefined) continue;
    if (isDecodeError(result)) expect(result.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    else for (const { value } of result.measurements) expect(typeof value).toBe('string');
  }
}

describe('codecs of messages over Wi-Fi', () => {
  it('answer values or a coded error for damaged messages, and never throw', () => {
    fc.assert(fc.property(mutated, decodeEverything), { numRuns: 1000 });
  });

  it('answer so for JSON of any kind', () => {
    fc.assert(
      fc.property(tree, (json) => decodeEverything(Buffer.from(JSON.stringify(json)))),
      { numRuns: 1000 },
    );
  });
});
