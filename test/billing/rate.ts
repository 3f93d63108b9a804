import { spawnSync } from 'node:child_process';
import { isRefusal } from '@metermesh/decider';
import { rateBill, readTariff, type RatedBill, type RatingRequest } from '@metermesh/billing/rating';

/** What usage comes to, without any service. Throws where it is refused. */
export async function rate(tariffId: string, request: RatingRequest): Promise<RatedBill> {
  const tariff = await readTariff(tariffId);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  const bill = rateBill(tariff, request);
  if (isRefusal(bill)) throw new Error(bill.message);
  return bill;
}

/** The same by `npm run rate`. */
export function rateOnCommandLine(tariffId: string, request: object): RatedBill {
  const { stdout } = spawnSync('npm', ['run', '-s', 'rate', '--', '--tariff', tariffId], {
    input: JSON.stringify(request),
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as RatedBill;
}
