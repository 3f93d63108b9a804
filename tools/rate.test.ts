import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const program = new URL('./rate.ts', import.meta.url).pathname;
const shippedFile = new URL(
  '../services/billing/tariffs/kepco/residential-low-voltage.json',
  import.meta.url,
);
const march = { start: '2024-03-01', end: '2024-04-01' };

async function rate(args: string[], input: string) {
  const child = spawn(process.execPath, ['--conditions=source', program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {}); // closed before it was read, where no tariff was found
  child.stdin.end(input);
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return {
    results: output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    exitCode,
  };
}
const lines = (...requests: unknown[]) => requests.map((request) => `${JSON.stringify(request)}\n`).join('');

describe('rate', () => {
  it('prints a bill for each line, from a total or from intervals', async () => {
    const kWh = Array.from({ length: 31 }, (_, day) => (day < 30 ? '11' : '20'));
    const { results, exitCode } = await rate(
      ['--tariff', 'kepco/residential-low-voltage'],
      lines(
        { ...march, usage: { kWh: '350' } },
        { ...march, usage: { intervals: { start: '2024-03-01', minutes: 1440, kWh } } },
      ),
    );
    expect(results[0]).toMatchObject({ total: '71260', currency: 'KRW', lines: expect.any(Array) });
    expect(results[1]).toEqual(results[0]);
    expect(exitCode).toBe(0);
  });

  it('reads what editors of Windows write', async () => {
    const request = { ...march, usage: { kWh: '350' } };
    const input = `\uFEFF${JSON.stringify(request)}\r\n\r\n${JSON.stringify(request)}\r\n`;
    const { results, exitCode } = await rate(['--tariff', 'kepco/residential-low-voltage'], input);
    expect(results.map(({ total }: { total: string }) => total)).toEqual(['71260', '71260']);
    expect(exitCode).toBe(0);
  });

  it('answers what it cannot rate with an error, goes on, and exits 1', async () => {
    const { results, exitCode } = await rate(
      ['--tariff', 'kepco/residential-high-voltage'],
      `{"start":\n${lines({ ...march, usage: {} }, { ...march, usage: { kWh: '350' } })}`,
    );
    expect(results).toMatchObject([
      { error: { code: 'JSON_INVALID', message: expect.any(String) } },
      { error: { code: 'USAGE_UNIT_MISMATCH', message: expect.any(String) } },
      { total: '60550' },
    ]);
    expect(exitCode).toBe(1);
  });

  it('takes a tariff of the user', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rate-'));
    const file = join(folder, 'mine.json');
    await writeFile(file, (await readFile(shippedFile, 'utf8')).replaceAll('"1600"', '"2600"'));
    const { results } = await rate(['--tariff', file], lines({ ...march, usage: { kWh: '350' } }));
    await rm(folder, { recursive: true });
    // 63,690; VAT 6,369; fund 2,350; 72,409 → 72,400
    expect(results[0].total).toBe('72400');
  });

  it.each([
    [['--tariff', 'kepco/unheard-of'], 'TARIFF_UNKNOWN', 'kepco/residential-low-voltage'],
    [['--tariff', 'no-such-file.json'], 'TARIFF_FILE_UNREADABLE', 'no-such-file.json'],
    [[], 'ARGUMENTS_INVALID', 'kepco/residential-low-voltage'],
    [['--tarif', 'x'], 'ARGUMENTS_INVALID', '--tarif'],
  ])('%j: says %s and what to do', async (args, code, hint) => {
    const { results, exitCode } = await rate(args, '');
    expect(results).toEqual([{ error: { code, message: expect.stringContaining(hint) } }]);
    expect(exitCode).toBe(1);
  });

  it('takes a rate of the US Utility Rate Database, and bills a year month by month', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'metermesh-rate-'));
    const file = join(folder, 'rate.json');
    await writeFile(
      file,
      JSON.stringify({
        items: [{ flatdemandstructure: [[{ rate: 10 }]], lookbackpercent: 0.5, lookbackrange: 2 }],
      }),
    );
    // 8 kW on the first day of November, else 1 kW: December takes half of it, and so does January of a year that goes round
    const kWh = Array.from({ length: 365 }, (_, day) => (day === 304 ? 8 * 24 : 24));
    const year = lines({
      start: '2023-01-01',
      end: '2024-01-01',
      usage: { intervals: { start: '2023-01-01', minutes: 1440, kWh } },
    });
    const once = await rate(['--tariff', file, '--monthly'], year);
    const goesRound = await rate(['--tariff', file, '--monthly', '--same-year-before'], year);
    const unsaid = await rate(['--tariff', file], year);
    await rm(folder, { recursive: true });
    const totals = (months: { total: string }[]) => months.map(({ total }) => total);
    expect(unsaid).toEqual(goesRound);
    expect(once.results[0]).toMatchObject({ currency: 'USD', total: '220' });
    expect(once.results[0].lines).toHaveLength(12);
    expect(totals(once.results[0].months)).toEqual([...Array(10).fill('10'), '80', '40']);
    expect(totals(goesRound.results[0].months)).toEqual(['40', ...Array(9).fill('10'), '80', '40']);
  });
});
