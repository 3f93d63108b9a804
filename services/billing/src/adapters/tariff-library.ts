import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { parseTariff, type Tariff } from '../domain/tariff/tariff.ts';
import { importUrdb } from '../domain/urdb/import-urdb.ts';
import { isUrdb } from '../domain/urdb/urdb-record.ts';
import { holidayLists } from './holiday-library.ts';
import { withParts } from './tariff-parts.ts';

const shipped = new URL('../../tariffs/', import.meta.url);

/** Ids (`publisher/name`) of the tariffs that Metermesh ships. */
export async function tariffIds(): Promise<string[]> {
  const files = await readdir(shipped, { recursive: true });
  return files
    .filter((file) => file.endsWith('.json') && !basename(file).startsWith('_'))
    .map((file) => file.replaceAll('\\', '/').slice(0, -'.json'.length))
    .sort();
}

/** A shipped tariff by id. Refusals: `TARIFF_UNKNOWN`, and those of `readTariffFile`. */
export async function readTariff(id: string): Promise<Tariff | Refusal> {
  const known = await tariffIds();
  if (!known.includes(id))
    return refuse(
      'TARIFF_UNKNOWN',
      `There is no tariff "${id}". There are: ${known.join(', ')}; or give a file.`,
    );
  return readTariffFile(new URL(`${id}.json`, shipped));
}

/** A tariff from a file of ours or of the US Utility Rate Database. Refusals: `TARIFF_FILE_UNREADABLE`, `TARIFF_INVALID`, `URDB_…`. */
export async function readTariffFile(file: string | URL): Promise<Tariff | Refusal> {
  let json: unknown;
  try {
    const folder = new URL('./', typeof file === 'string' ? pathToFileURL(file) : file);
    json = await withParts(await readJson(file), (part) =>
      readJson(new URL(`${part}.json`, part.includes('/') ? shipped : folder)),
    );
  } catch (error) {
    return refuse(
      'TARIFF_FILE_UNREADABLE',
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const tariff = isUrdb(json) ? importUrdb(json) : parseTariff(json, await holidayLists());
  return isRefusal(tariff) ? refuse(tariff.code, `${file}: ${tariff.message}`, tariff.details) : tariff;
}

/** Editors of Windows begin a file with a byte order mark, which is no JSON. */
async function readJson(file: string | URL): Promise<unknown> {
  return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
}
