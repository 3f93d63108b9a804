import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { tariffSchemaText } from '../src/domain/tariff/tariff-schema.ts';
import { smallTariffJson } from './small-tariff.ts';

const service = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, service), 'utf8');
const validate = new Ajv2020({ strict: false, formats: { date: true } }).compile(
  JSON.parse(read('tariff.schema.json')) as object,
);

describe('tariff.schema.json', () => {
  it('is what the rules of tariffs say; else run `npm run generate`', () => {
    expect(read('tariff.schema.json')).toBe(tariffSchemaText());
  });

  it.each(globSync('tariffs/*/[!_]*.json', { cwd: service }))(
    'takes %s as it stands, parts included',
    (file) => {
      validate(JSON.parse(read(file)));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it.each<[string, (json: ReturnType<typeof smallTariffJson>) => void]>([
    ['a price without quotes', (json) => Object.assign(json.charges[1]!.rate![0]!, { value: 3 })],
    ['a kind that there is not', (json) => (json.charges[3]!.kind = 'magic')],
    ['a member that there is not', (json) => Object.assign(json, { curency: 'EUR' })],
    ['a currency missing', (json) => delete (json as Partial<typeof json>).currency],
  ])('finds %s', (_, spoil) => {
    const json = smallTariffJson();
    expect(validate(json)).toBe(true);
    spoil(json);
    expect(validate(json)).toBe(false);
  });
});
