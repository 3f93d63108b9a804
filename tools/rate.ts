import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  rateBill,
  readTariff,
  readTariffFile,
  tariffIds,
  type RatedBill,
  type RatingRequest,
  type Tariff,
} from '@metermesh/billing/rating';
import { compare } from './rate-compare.ts';

/** Rates JSON lines from standard input with the code that bills; prints one JSON line each. Exits 1 if any failed. */
async function main(): Promise<void> {
  if (process.argv.includes('--compare'))
    return compare(process.argv.slice(2), inputLines, tariffNamed, print);
  const tariff = await chosenTariff();
  if (isRefusal(tariff)) return print(tariff);
  for await (const line of inputLines()) if (line.trim()) print(rateLine(tariff, line));
}

async function chosenTariff(): Promise<Tariff | Refusal> {
  let name: string | undefined;
  try {
    name = parseArgs({ options: { tariff: { type: 'string' } } }).values.tariff;
  } catch (error) {
    return refuse('ARGUMENTS_INVALID', error instanceof Error ? error.message : String(error));
  }
  if (!name)
    return refuse(
      'ARGUMENTS_INVALID',
      `Name a tariff or a file: --tariff ID|FILE. There are: ${(await tariffIds()).join(', ')}.`,
    );
  return tariffNamed(name);
}

async function tariffNamed(name: string): Promise<Tariff | Refusal> {
  return name.endsWith('.json') || existsSync(name) ? readTariffFile(name) : readTariff(name);
}

const inputLines = () => createInterface({ input: process.stdin, crlfDelay: Infinity });

function rateLine(tariff: Tariff, line: string): RatedBill | Refusal {
  let request: RatingRequest;
  try {
    request = JSON.parse(line);
  } catch (error) {
    return refuse('JSON_INVALID', error instanceof Error ? error.message : String(error));
  }
  return rateBill(tariff, request);
}

function print(result: object | Refusal): void {
  if (!isRefusal(result)) return console.log(JSON.stringify(result));
  process.exitCode = 1;
  console.log(JSON.stringify({ error: { code: result.code, message: result.message } }));
}

await main();
