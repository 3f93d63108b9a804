import { readFile } from 'node:fs/promises';
import { isRefusal } from '@metermesh/decider';
import { parsePrepaymentPolicy } from '../domain/prepayment/prepayment-policy.ts';
import { isHoliday } from '../domain/tariff/holidays.ts';
import type { PrepaymentRules } from '../prepayment-rules.ts';
import { holidayLists } from './holiday-library.ts';

const shipped = new URL('../../policies/prepayment.json', import.meta.url);

/**
 * The policy on prepaid credit, with the public holidays that it names. A date in a year whose holidays are not known counts
 * as one: nobody is disconnected by ignorance.
 *
 * @param file undefined: the one that Metermesh ships
 * @throws where it cannot be read or is no policy
 */
export async function readPrepaymentRules(file: string | URL = shipped): Promise<PrepaymentRules> {
  const policy = parsePrepaymentPolicy(JSON.parse(await readFile(file, 'utf8')));
  if (isRefusal(policy)) throw new Error(`${file}: ${policy.message}`);
  const { holidays } = policy.disconnection;
  if (holidays === undefined) return { policy, isHoliday: () => false };
  const list = (await holidayLists())[holidays];
  if (!list) throw new Error(`${file}: disconnection.holidays: there is no list of holidays "${holidays}".`);
  return { policy, isHoliday: (date) => isHoliday(list, date) ?? true };
}
