import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '@metermesh/decider';
import { holidayLists } from '../src/adapters/holiday-library.ts';
import { rateBill, type BillLine } from '../src/domain/rating/rate-bill.ts';
import { parseTariff } from '../src/domain/tariff/tariff.ts';

const guide = readFileSync(new URL('../../../docs/tariffs.md', import.meta.url), 'utf8');
const july = { start: '2025-07-01', end: '2025-08-01' };

interface Example {
  readonly heading: string;
  readonly tariff: object;
  readonly request: object;
  readonly bill: string;
}

/** The first example is a whole tariff; the others say what is different in theirs. */
const examples = readExamples();
const holidays = await holidayLists();

describe('the guide to tariffs', () => {
  it('has an example of every kind of charge', () => {
    const kinds = examples.flatMap(({ tariff }) =>
      (tariff as { charges: { kind: string }[] }).charges.map(({ kind }) => kind),
    );
    expect([...new Set(kinds)].sort()).toEqual([
      'demand',
      'discount',
      'fixed',
      'fixed-by-attribute',
      'fixed-by-tier',
      'flat',
      'minimum',
      'percentage',
      'power-factor',
      'progressive',
      'time-of-use',
    ]);
  });

  it.each(examples)('has under "$heading" the bill that comes out', ({ tariff, request, bill }) => {
    const parsed = parseTariff({ ...examples[0]!.tariff, ...tariff }, holidays);
    if (isRefusal(parsed)) throw new Error(parsed.message);
    const rated = rateBill(parsed, { ...july, usage: {}, ...request });
    if (isRefusal(rated)) throw new Error(rated.message);
    expect([...rated.lines.map(written), `total ${rated.total}`]).toEqual(
      bill.split('\n').map((line) => line.replace(/ +/g, ' ')),
    );
  });
});

function written({ code, quantity, rate, amount, days, ofDays }: BillLine): string {
  return `${code} ${quantity} × ${rate}${days ? ` × ${days}/${ofDays}` : ''} = ${amount}`;
}

function readExamples(): Example[] {
  const pattern = /^#+ (.*)$|^```(json tariff|json request|bill)\n([^]*?)\n```$/gm;
  const found: Example[] = [];
  let heading = '';
  let tariff = {};
  let request = {};
  for (const [, title, kind, text = ''] of guide.matchAll(pattern)) {
    if (title !== undefined) heading = title;
    if (kind === 'json tariff') tariff = JSON.parse(text) as object;
    if (kind === 'json request') request = JSON.parse(text) as object;
    if (kind === 'bill') found.push({ heading, tariff, request, bill: text });
  }
  return found;
}
