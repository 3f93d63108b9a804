import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { billDocument } from '../src/documents/bill-document.ts';
import { billHtml } from '../src/documents/bill-html.ts';
import { documentedBill, shippedTariffs } from './documented-bill.test-kit.ts';

const browser = [
  process.env['CHROME_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

const TARIFF = 'kepco/industrial-b-high-voltage-a-option-2';

interface Measured {
  width: number;
  /** Of the page; more than the window's where something juts out. */
  scrollWidth: number;
  visibleDrawings: number;
  /** What is wider than the place it has. */
  clipped: string[];
}

/** Lays the page out at each width and writes down how it came out. */
const measuring = (page: string, widths: readonly number[]) => `<!doctype html><body><script>
const page = ${JSON.stringify(page).replaceAll('</', '<\\/')};
const results = [];
for (const width of ${JSON.stringify(widths)}) {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'border:0;height:20000px;width:' + width + 'px';
  frame.onload = () => {
    const { documentElement } = frame.contentDocument;
    const all = [...documentElement.querySelectorAll('main *')].filter((one) => one.getClientRects().length > 0);
    results.push({
      width,
      scrollWidth: documentElement.scrollWidth,
      visibleDrawings: all.filter((one) => one.getAttribute('role') === 'img').length,
      clipped: all.filter((one) => !one.closest('svg') && one.getBoundingClientRect().right > width).map((one) => one.textContent),
    });
    if (results.length === ${widths.length}) document.body.textContent = 'MEASURED' + JSON.stringify(results) + 'MEASURED';
  };
  frame.srcdoc = page;
  document.body.append(frame);
}
</script></body>`;

(browser ? describe : describe.skip)('a bill in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'metermesh-bill-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let results: Map<number, Measured>;

  beforeAll(async () => {
    const tariffs = await shippedTariffs(TARIFF);
    const facts = documentedBill(
      {
        start: '2025-05-15',
        end: '2025-06-15',
        terms: [{ tariffId: TARIFF, contractKw: '5000' }],
        quarter: (day, hour) => (hour >= 8 && hour < 19 ? 900_000 : 200_000) + day,
      },
      tariffs,
    );
    const page = billHtml(billDocument({ ...facts, utility: { name: '한빛전력' } }, 'ko'));
    const file = join(folder, 'measuring.html');
    writeFileSync(file, measuring(page, [360, 800, 1280]));
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(folder, 'profile')}`,
    ];
    const dump = execFileSync(
      browser!,
      [...flags, '--virtual-time-budget=10000', '--dump-dom', `file://${file}`],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [, json = '[]'] = dump.split('MEASURED');
    const measured = JSON.parse(
      json.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
    ) as Measured[];
    results = new Map(measured.map((one) => [one.width, one]));
  }, 120_000);

  it.each([360, 800, 1280])('fits a window %i pixels wide, amounts of millions and all', (width) => {
    expect(results.get(width)).toMatchObject({ scrollWidth: width, clipped: [] });
  });

  it('shows each drawing once, on a phone and on a desk', () => {
    const [phone, desk] = [results.get(360)!, results.get(1280)!];
    expect(phone.visibleDrawings).toBe(1);
    expect(desk.visibleDrawings).toBe(1);
  });
});
