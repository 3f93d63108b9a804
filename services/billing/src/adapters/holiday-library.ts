import { readdir, readFile } from 'node:fs/promises';
import { isRefusal } from '@metermesh/decider';
import { parseHolidays, type HolidayList, type HolidayLists } from '../domain/tariff/holidays.ts';

const shipped = new URL('../../holidays/', import.meta.url);

let known: Promise<HolidayLists> | undefined;

/** The lists of public holidays that Metermesh ships, by code, read once. Throws where a file is no such list. */
export function holidayLists(): Promise<HolidayLists> {
  known ??= readAll();
  return known;
}

async function readAll(): Promise<HolidayLists> {
  const files = await readdir(shipped);
  const lists = await Promise.all(files.filter((file) => file.endsWith('.json')).map(readList));
  return Object.fromEntries(lists.map((list) => [list.code, list]));
}

async function readList(file: string): Promise<HolidayList> {
  const list = parseHolidays(JSON.parse(await readFile(new URL(file, shipped), 'utf8')));
  if (isRefusal(list)) throw new Error(`holidays/${file}: ${list.message}`);
  return list;
}
