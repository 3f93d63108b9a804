import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { readTariff } from '../src/adapters/tariff-library.ts';
import {
  chargeAmount,
  rateBill,
  type RatedBill,
  type RatingRequest,
} from '../src/domain/rating/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff/tariff.ts';

export const corpus = process.env['METERMESH_CORPUS'];

export async function fromCorpus<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(join(corpus!, 'kepco', file), 'utf8')) as T;
}

/** `industrial-b-high-voltage-a-option-2` and the like. */
const known = new Map<string, ReturnType<typeof readTariff>>();

/** Each file is read and checked once: tests ask for all of them over and over. */
export async function kepcoTariff(name: string): Promise<Tariff> {
  if (!known.has(name)) known.set(name, readTariff(`kepco/${name}`));
  const tariff = await known.get(name)!;
  if (isRefusal(tariff)) throw new Error(tariff.message);
  return tariff;
}

export async function answerOf(name: string, request: RatingRequest): Promise<RatedBill | Refusal> {
  return rateBill(await kepcoTariff(name), request);
}

export async function billOf(name: string, request: RatingRequest): Promise<RatedBill> {
  const bill = await answerOf(name, request);
  if (isRefusal(bill)) throw new Error(`${bill.code} ${bill.message}`);
  return bill;
}

/** What each charge of the bill comes to, without those that come to nothing. */
export function amounts(bill: RatedBill): Record<string, string> {
  const codes = [...new Set(bill.lines.map(({ charge }) => charge))];
  return Object.fromEntries(
    codes.map((code) => [code, chargeAmount(bill, code)]).filter(([, amount]) => amount !== '0'),
  );
}

/** Quantity and rate of the lines of a charge, by their codes without that of the charge. */
export function parts(bill: RatedBill, charge: string): Record<string, string> {
  const lines = bill.lines.filter((line) => line.charge === charge && line.code !== `${charge}-rounding`);
  return Object.fromEntries(
    lines.map((line) => [line.code.slice(charge.length + 1), `${line.quantity} × ${line.rate}`]),
  );
}

const QUARTER_HOURS = 96;

/** Quarter hours of a period: each is `kW`, which may depend on the local date and on the quarter hour of the day. */
export function quarterHours(
  start: string,
  end: string,
  kW: number | ((date: string, quarterHour: number) => number),
): { start: string; minutes: number; kWh: string[] } {
  const values = datesOf(start, end).flatMap((date) =>
    Array.from({ length: QUARTER_HOURS }, (_, quarterHour) =>
      String((typeof kW === 'number' ? kW : kW(date, quarterHour)) / 4),
    ),
  );
  return { start: `${start}T00:00`, minutes: 15, kWh: values };
}

/** Which quarter hour of the day begins at an hour. */
export const at = (hour: number): number => hour * 4;

export function datesOf(start: string, end: string): string[] {
  const dates: string[] = [];
  for (let time = Date.parse(start); time < Date.parse(end); time += 86_400_000)
    dates.push(new Date(time).toISOString().slice(0, 10));
  return dates;
}
