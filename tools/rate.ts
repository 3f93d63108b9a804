import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  rateMonths,
  ratePeriod,
  readTariff,
  readTariffFile,
  tariffIds,
  type MonthsOptions,
  type RatedBill,
  type RatedMonths,
  type RatingRequest,
  type Tariff,
} from '@metermesh/billing/rating';
import { compare } from './rate-compare.ts';
import { requestLines } from './rate-lines.ts';

/**
 * Rates JSON lines from standard input with the code that bills; prints one JSON line each. Exits 1 if any failed. With
 * `--monthly` each line's intervals are billed month by month, a month's demand raising those after it by ratchets; with
 * `--same-year-before`, the demand of the year before was the same.
 */
async function main(): Promise<void> {
  if (process.argv.includes('--compare'))
    return compare(process.argv.slice(2), requestLines, tariffNamed, print);
  const chosen = await choices();
  if (isRefusal(chosen)) return print(chosen);
  for await (const request of requestLines()) print(isRefusal(request) ? request : rated(chosen, request));
}

interface Choices {
  readonly tariff: Tariff;
  /** Where months are to be billed one by one. */
  readonly months?: MonthsOptions;
}

const options = {
  tariff: { type: 'string' },
  monthly: { type: 'boolean' },
  'same-year-before': { type: 'boolean' },
} as const;

async function choices(): Promise<Choices | Refusal> {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    values = parseArgs({ options }).values;
  } catch (error) {
    return refuse('ARGUMENTS_INVALID', error instanceof Error ? error.message : String(error));
  }
  const { tariff: name, monthly, 'same-year-before': sameYearBefore } = values;
  if (!name)
    return refuse(
      'ARGUMENTS_INVALID',
      `Name a tariff or a file: --tariff ID|FILE. There are: ${(await tariffIds()).join(', ')}.`,
    );
  if (sameYearBefore && !monthly)
    return refuse('ARGUMENTS_INVALID', '--same-year-before says how --monthly rates; give both.');
  const tariff = await tariffNamed(name);
  return isRefusal(tariff) ? tariff : { tariff, ...(monthly && { months: { sameYearBefore } }) };
}

async function tariffNamed(name: string): Promise<Tariff | Refusal> {
  return name.endsWith('.json') || existsSync(name) ? readTariffFile(name) : readTariff(name);
}

function rated({ tariff, months }: Choices, request: RatingRequest): RatedBill | RatedMonths | Refusal {
  return months ? rateMonths(tariff, request, months) : ratePeriod(tariff, request);
}

function print(result: object | Refusal): void {
  if (!isRefusal(result)) return console.log(JSON.stringify(result));
  process.exitCode = 1;
  console.log(JSON.stringify({ error: { code: result.code, message: result.message } }));
}

await main();
