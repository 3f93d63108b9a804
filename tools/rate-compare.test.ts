import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const program = new URL('./rate.ts', import.meta.url).pathname;

function compare(args: string[], ...lines: unknown[]) {
  const input = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const run = spawnSync(process.execPath, ['--conditions=source', program, '--compare', ...args], { input });
  const printed = run.stdout.toString().trim();
  return { results: printed.split('\n').map((line) => JSON.parse(line)), exitCode: run.status };
}
const tariffs = (...names: string[]) => names.flatMap((name) => ['--tariff', `kepco/${name}`]);
const june = { start: '2024-06-01', end: '2024-07-01', usage: { kWh: '350' } };
const july = { start: '2024-07-01', end: '2024-08-01', usage: { kWh: '450' } };

describe('rate --compare', () => {
  it('adds the periods up on each tariff and prints the cheapest first', () => {
    const { results, exitCode } = compare(
      tariffs('residential-low-voltage', 'residential-high-voltage'),
      july,
      june,
    );
    expect(results).toMatchObject([
      { rank: 1, tariff: 'kepco/residential-high-voltage', currency: 'KRW' },
      { rank: 2, tariff: 'kepco/residential-low-voltage', currency: 'KRW' },
    ]);
    for (const { total, periods } of results) {
      expect(periods.map(({ start }: { start: string }) => start)).toEqual(['2024-06-01', '2024-07-01']);
      expect(periods.reduce((sum: number, period: { total: string }) => sum + Number(period.total), 0)).toBe(
        Number(total),
      );
    }
    expect(exitCode).toBe(0);
  });

  it('takes all that are shipped where none is named, and says why one cannot be compared', () => {
    const { results } = compare([], june);
    const of = (id: string) => results.find(({ tariff }) => tariff === id);
    expect(of('kepco/residential-low-voltage')).toMatchObject({ total: expect.any(String) });
    expect(of('seoul/water-household')).toMatchObject({ error: { code: 'USAGE_UNIT_MISMATCH' } });
    expect(of('kepco/industrial-a-1-low-voltage')).toMatchObject({
      error: { code: 'CONTRACT_POWER_REQUIRED' },
    });
  });

  it('says of a period that a tariff did not know yet that it did not', () => {
    const { results } = compare(
      tariffs('residential-low-voltage'),
      { ...june, start: '2009-06-01', end: '2009-07-01' },
      june,
    );
    expect(results).toMatchObject([
      {
        total: expect.any(String),
        periods: [{ error: { code: 'TARIFF_NOT_EFFECTIVE' } }, { total: expect.any(String) }],
      },
    ]);
    expect(results[0].periods[1].total).toBe(results[0].total);
  });

  it('gives a discount on the tariffs that have one, and refuses one that none has', () => {
    const contract = { ...june, contractKw: '3' };
    const named = tariffs('residential-low-voltage', 'industrial-a-1-low-voltage');
    const plain = compare(named, contract).results;
    const discounted = compare(named, { ...contract, discounts: ['large-family'] }).results;
    const total = (results: { tariff: string; total: string }[], id: string) =>
      Number(results.find(({ tariff }) => tariff === `kepco/${id}`)!.total);
    expect(total(discounted, 'residential-low-voltage')).toBeLessThan(
      total(plain, 'residential-low-voltage'),
    );
    expect(total(discounted, 'industrial-a-1-low-voltage')).toBe(total(plain, 'industrial-a-1-low-voltage'));
    expect(compare(named, { ...contract, discounts: ['lottery'] }).results).toMatchObject([
      { error: { code: 'DISCOUNT_UNKNOWN' } },
      { error: { code: 'DISCOUNT_UNKNOWN' } },
    ]);
  });

  it('answers what is no request with an error, compares the rest, and exits 1', () => {
    const { results, exitCode } = compare(
      tariffs('residential-low-voltage'),
      '{"start":',
      { ...june, discounts: 'all' },
      june,
    );
    expect(results).toMatchObject([
      { error: { code: 'JSON_INVALID' } },
      { error: { code: 'REQUEST_INVALID' } },
      { total: expect.any(String) },
    ]);
    expect(exitCode).toBe(1);
    expect(compare(tariffs('unheard-of'), june)).toMatchObject({
      results: [{ error: { code: 'TARIFF_UNKNOWN' } }],
      exitCode: 1,
    });
    expect(compare(tariffs('residential-low-voltage')).results).toMatchObject([
      { error: { code: 'REQUEST_INVALID' } },
    ]);
  });
});
