import { beforeAll, describe, expect, it } from '@jest/globals';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import type { BillFacts } from './bill-facts.ts';
import { documentedBill, shippedTariffs } from '../../test/documented-bill.test-kit.ts';
import { drawBill } from './draw-bill.ts';
import type { Language } from './formats.ts';
import { wordsIn } from './words.ts';

const RESIDENTIAL = 'kepco/residential-low-voltage';
const HOSTILE = `<script>alert('1')</script>" onload="x & 요금`;

describe('a drawn bill', () => {
  let facts: BillFacts;
  beforeAll(async () => {
    const tariffs = await shippedTariffs(RESIDENTIAL);
    const household = documentedBill(
      {
        start: '2025-11-20',
        end: '2025-12-20',
        terms: [{ tariffId: RESIDENTIAL }],
        quarter: (day, hour) => (hour >= 18 ? 200 : 60) + day,
        estimated: new Map([[2, 4]]),
      },
      tariffs,
      { dueOn: '2026-01-12' },
    );
    facts = { ...household, utility: { name: '한빛전력 München', contact: '1588-0000' } };
  });

  const html = async (language: Language, of = facts) =>
    (await drawBill(of, 'html', language)).content.toString();
  const renamed = (name: string): BillFacts => {
    const tariff = facts.tariffs.get(RESIDENTIAL)!;
    const charges = tariff.charges.map((charge) => ({ ...charge, name: { en: name, ko: name } }));
    return { ...facts, tariffs: new Map([[RESIDENTIAL, { ...tariff, name: { en: name }, charges }]]) };
  };

  describe('as HTML', () => {
    it('is one page in its language that needs nothing else', async () => {
      const page = await html('ko');
      expect(page).toMatch(/^<!doctype html>\n<html lang="ko">/);
      expect(page).toContain('전력량요금');
      expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    });

    it('shows the total, and every drawing says in words what it shows', async () => {
      const page = await html('en');
      expect(page).toContain('<p class="due">₩');
      const drawings = page.match(/<svg [^>]*>/g)!;
      expect(drawings.length).toBeGreaterThan(4);
      for (const drawing of drawings)
        expect(drawing).toMatch(/role="img" aria-label="[^"]+"|aria-hidden="true"/);
    });

    it('writes what a tariff calls things as text, whatever it is', async () => {
      const page = await html('en', renamed(HOSTILE));
      expect(page).not.toContain('<script');
      expect(page).not.toContain('" onload');
      expect(page).toContain(
        '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x &amp; 요금',
      );
    });
  });

  describe('as PDF', () => {
    async function read(language: Language, of = facts) {
      const { content, mediaType, fileName } = await drawBill(of, 'pdf', language);
      const pdf = await getDocumentProxy(new Uint8Array(content));
      const { text: pages } = await extractText(pdf, { mergePages: false });
      const { info } = await getMeta(pdf);
      return { content, mediaType, fileName, pages, text: pages.join('\n'), info };
    }

    it.each([
      ['ko', ['전기요금 청구서', '주택용 저압', '전력산업기반기금', '납기일 2026년 1월 12일', '일부 추정']],
      [
        'en',
        [
          'Electricity bill',
          'Residential, low voltage',
          'Please pay by January 12, 2026',
          'partly estimated',
        ],
      ],
    ] as const)('holds its text (%s), which can be read back', async (language, texts) => {
      const { text, mediaType, fileName } = await read(language);
      expect({ mediaType, fileName }).toEqual({
        mediaType: 'application/pdf',
        fileName: `BILL-AGR-01-2025-11-20-${language}.pdf`,
      });
      for (const expected of [...texts, '한빛전력 München']) expect(text).toContain(expected);
      expect(text.replaceAll(',', '')).toContain(`₩${facts.bill.total}`);
    });

    it('holds every section, and no empty page', async () => {
      const words = wordsIn.en;
      const { pages } = await read('en', { ...facts, before: facts.bill });
      for (const heading of [
        words.charges,
        words.tiers,
        words.comparison,
        words.computation,
        words.basis,
        words.dailyValues,
        words.legend,
      ])
        expect(pages.filter((page) => page.includes(heading))).toHaveLength(1);
      for (const page of pages) expect(page.split('\n').length).toBeGreaterThan(3);
    });

    it('says what it is, in which language, and when it was issued', async () => {
      const { info } = await read('ko');
      expect(info).toMatchObject({
        Title: '전기요금 청구서 · 2025년 11월 20일~12월 19일',
        Author: '한빛전력 München',
        Language: 'ko',
        CreationDate: 'D:20251220013000Z',
      });
    });

    it('is the same, octet for octet, for the same bill', async () => {
      const [one, other] = [await drawBill(facts, 'pdf', 'ko'), await drawBill(facts, 'pdf', 'ko')];
      expect(one.content.equals(other.content)).toBe(true);
    });

    it('writes hostile names as they are', async () => {
      const { text } = await read('en', renamed('<b>&amp;"'));
      expect(text).toContain('<b>&amp;"');
    });
  });
});
