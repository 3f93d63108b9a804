import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTariff, readTariffFile, tariffIds } from './tariff-library.ts';

describe('the tariff library', () => {
  it('holds only tariffs that validate, each under its own id', async () => {
    const ids = await tariffIds();
    expect(ids).toContain('kepco/residential-low-voltage');
    for (const id of ids) expect(await readTariff(id)).toMatchObject({ id });
  });

  it.each(['kepco/residential', '../package', ''])(
    'says which tariffs exist when there is no "%s"',
    async (id) => {
      expect(await readTariff(id)).toMatchObject({
        code: 'TARIFF_UNKNOWN',
        message: expect.stringContaining('kepco/residential-high-voltage'),
      });
    },
  );
});

describe('a tariff file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tariff-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('may begin with a byte order mark', async () => {
    const shipped = new URL('../../tariffs/kepco/residential-low-voltage.json', import.meta.url);
    const text = (await readFile(shipped, 'utf8')).replaceAll('\n', '\r\n');
    const file = join(folder, 'windows.json');
    await writeFile(file, `\uFEFF${text}`);
    expect(await readTariffFile(file)).toEqual(await readTariffFile(shipped));
  });

  it.each([
    ['that is missing', undefined, 'TARIFF_FILE_UNREADABLE'],
    ['that is no JSON', '{', 'TARIFF_FILE_UNREADABLE'],
    ['that is no tariff', '{}', 'TARIFF_INVALID'],
  ])('%s is refused by its name', async (_, content, code) => {
    const file = join(folder, `${code}-${content}.json`);
    if (content) await writeFile(file, content);
    expect(await readTariffFile(file)).toMatchObject({ code, message: expect.stringContaining(file) });
  });
});
