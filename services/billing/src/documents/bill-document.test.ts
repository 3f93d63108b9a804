import { beforeAll, describe, expect, it } from '@jest/globals';
import { exact, sum, decimalString } from '../domain/rating/exact.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';
import { billDocument, type BillDocument } from './bill-document.ts';
import type { BillFacts } from './bill-facts.ts';
import { documentedBill, shippedTariffs, type Supply } from '../../test/documented-bill.test-kit.ts';

const RESIDENTIAL = 'kepco/residential-low-voltage';
const INDUSTRIAL = 'kepco/industrial-b-high-voltage-a-option-2';
const WATER = 'seoul/water-household';
const GAS = 'ofgem/gas-price-cap-direct-debit';
const utility = { name: 'Hanbit Energy' };

/** 480 kWh and more in a month, from the end of summer into autumn. */
const household: Supply = {
  start: '2025-08-20',
  end: '2025-09-20',
  terms: [{ tariffId: RESIDENTIAL }],
  quarter: (day, hour) => (hour >= 18 ? 300 : 100) + day,
};

/** What the texts of amounts come to, read back. */
const added = (amounts: readonly string[]): string =>
  decimalString(sum(amounts.map((text) => exact(text.replace('−', '-').replaceAll(/[₩$,]/g, '')))));
const money = (text: string): string => added([text]);

describe('the document of a bill', () => {
  let tariffs: Map<string, Tariff>;
  beforeAll(async () => {
    tariffs = await shippedTariffs(RESIDENTIAL, INDUSTRIAL, WATER, GAS);
  });
  const factsOf = (supply: Supply, over: Parameters<typeof documentedBill>[2] = {}): BillFacts => ({
    ...documentedBill(supply, tariffs, over),
    utility,
  });
  const inEnglish = (facts: BillFacts): BillDocument => billDocument(facts, 'en');

  describe('of a household over two seasons', () => {
    it('adds up: the charges, and the lines that they were computed by, are the total', () => {
      const facts = factsOf(household);
      for (const language of ['en', 'ko'] as const) {
        const { charges, lines, total } = billDocument(facts, language);
        expect(money(total)).toBe(facts.bill.total);
        expect(added(charges.map(({ amount }) => amount))).toBe(facts.bill.total);
        expect(added(lines.map(({ amount }) => amount))).toBe(facts.bill.total);
      }
    });

    it('shows what each line multiplies, and for which days', () => {
      const { lines } = inEnglish(factsOf(household));
      expect(lines).toContainEqual({
        name: 'Base charge · Tier 3 · summer',
        period: 'August 20 – 31, 2025',
        calculation: '1 month × ₩7,300 × 12/31 days',
        amount: '₩2,825.81',
      });
      expect(lines.find(({ name }) => name === 'Value added tax')?.calculation).toMatch(
        /^₩[\d,]+ × 10% = ₩[\d,.]+$/,
      );
    });

    it('calls everything by its Korean name', () => {
      const { title, facts, lines, tiers, explanations } = billDocument(factsOf(household), 'ko');
      expect(title).toBe('전기요금 청구서');
      expect(facts).toContainEqual({ label: '계약종별', value: '주택용 저압' });
      expect(facts).toContainEqual({ label: '사용기간', value: '2025년 8월 20일~9월 19일 (31일)' });
      expect(lines.map(({ name }) => name)).toContain('전력량요금 · 1단계 · 여름철');
      expect(tiers[0]?.tiers[0]).toMatchObject({ name: '1단계', range: '116 kWh 이하', rate: '₩120' });
      expect(explanations.map(({ name }) => name)).toContain('전력산업기반기금');
    });

    it('says how far the usage reaches in the tiers of each season, its limits prorated', () => {
      const facts = factsOf(household);
      const { tiers } = inEnglish(facts);
      expect(tiers.map(({ title }) => title)).toEqual([
        'Energy charge · summer · August 20 – 31, 2025',
        'Energy charge · other seasons · September 1 – 19, 2025',
      ]);
      // 300, 450 and 1,000 kWh a month, for 12 of 31 days; autumn has no super-user tier.
      expect(tiers[0]?.tiers.map(({ range }) => range)).toEqual([
        'up to 116 kWh',
        '116 to 174 kWh',
        '174 to 387 kWh',
        'above 387 kWh',
      ]);
      expect(tiers[1]?.tiers).toHaveLength(3);
      expect(tiers[0]?.summary).toContain('Limits for 12 of 31 days.');
      const used = tiers.flatMap((part) => part.tiers).map((tier) => tier.used.replace(' kWh', ''));
      const billed = facts.bill.determinants.find(({ code }) => code === 'import')!.quantity;
      expect(added(used)).toBe(billed);
    });

    it('draws a bar for each day, marking those that are partly estimated', () => {
      const { usage, basis } = inEnglish(factsOf({ ...household, estimated: new Map([[3, 7]]) }));
      expect(usage?.days).toHaveLength(31);
      expect(usage?.series).toHaveLength(1);
      expect(usage?.days.filter(({ isEstimated }) => isEstimated).map(({ date }) => date)).toEqual([
        '2025-08-23',
      ]);
      expect(basis.quality).toMatch(/^7 intervals estimated; /);
    });
  });

  describe('beside earlier bills', () => {
    const double = { ...household, quarter: (day: number, hour: number) => household.quarter(day, hour) * 2 };

    it('compares usage and amount by day', () => {
      const facts = factsOf(household);
      const { comparison } = inEnglish({
        ...facts,
        before: factsOf({ ...double, start: '2025-07-20', end: '2025-08-20' }).bill,
        yearBefore: factsOf({ ...household, start: '2024-08-20', end: '2024-09-20' }).bill,
      });
      expect(comparison.bills.map(({ label }) => label)).toEqual([
        'This bill',
        'Bill before',
        'Same month last year',
      ]);
      expect(comparison.bills[0]?.share).toBeCloseTo(0.5);
      expect(comparison.notes).toEqual([
        'You used 50% less a day than in the period before.',
        'You used as much a day as in the same month last year.',
      ]);
    });

    it('says so where there are none', () => {
      expect(inEnglish(factsOf(household)).comparison).toMatchObject({
        bills: [{ label: 'This bill' }],
        notes: ['There is no earlier bill of this agreement to compare with.'],
      });
    });

    it('compares nothing of another currency', () => {
      const facts = factsOf(household);
      const before = { ...facts.bill, currency: 'USD' };
      expect(inEnglish({ ...facts, before }).comparison.bills).toHaveLength(1);
    });
  });

  describe('of a factory by time of use', () => {
    const factory: Supply = {
      start: '2025-05-15',
      end: '2025-06-15',
      terms: [{ tariffId: INDUSTRIAL, contractKw: '500' }],
      quarter: (day, hour) => (hour >= 8 && hour < 19 ? 90_000 : 20_000) + day,
      reactive: () => 9_000,
    };

    it('stacks the days by time of use, cheapest first, so that they are what was used', () => {
      const facts = factsOf(factory);
      const { usage } = inEnglish(facts);
      expect(
        usage?.series
          .map(({ name }) => name)
          .slice(0, 2)
          .sort(),
      ).toEqual(['Spring and autumn, off-peak', 'Summer, off-peak']);
      expect(usage?.series).toHaveLength(6);
      usage?.days.forEach(({ parts }, day) => {
        const stacked = parts.reduce((total, part) => total + part, 0);
        expect(stacked).toBeCloseTo(Number(facts.bill.determinants[0]!.days[day]!.quantity), 6);
      });
    });

    it('shows what it was billed by: demand and when it was, power factor, contract power', () => {
      const { basis } = inEnglish(factsOf(factory));
      const named = Object.fromEntries(basis.determinants.map(({ name, ...rest }) => [name, rest]));
      expect(named['Maximum demand']?.quantity).toMatch(/kW$/);
      expect(named['Maximum demand']?.note).toMatch(/^Base charge · Jun 14, 2025, 8:00 AM$/);
      expect(named['Contract power']?.quantity).toBe('500 kW');
      expect(named['Power factor, lagging']).toBeDefined();
    });

    it('is drawn in one colour where a day was read anew since: the bill shows what it was made of', () => {
      const facts = factsOf(factory);
      const [first, ...rest] = facts.timeOfUse!;
      const read = { ...first!, quantities: { ...first!.quantities, 'spring-autumn-off-peak': '1' } };
      const { usage } = inEnglish({ ...facts, timeOfUse: [read, ...rest] });
      expect(usage?.series).toHaveLength(1);
      expect(usage?.days[0]?.parts).toEqual([Number(facts.bill.determinants[0]!.days[0]!.quantity)]);
    });
  });

  it('of water for two months shows its months, days and metered units', () => {
    const facts = factsOf({
      start: '2026-03-01',
      end: '2026-05-01',
      terms: [{ tariffId: WATER, attributes: { households: '1', 'pipe-size-mm': '15' } }],
      quarter: (_day, hour) => (hour === 7 ? 150 : 3),
      reading: 'water-volume',
    });
    const { title, usage, lines } = inEnglish(facts);
    expect({ title, days: usage?.days.length, unit: usage?.unit }).toEqual({
      title: 'Water bill',
      days: 61,
      unit: 'm³',
    });
    expect(lines.some(({ calculation }) => /^2 months × ₩/.test(calculation))).toBe(true);
  });

  it('of gas shows the energy that its volume was converted to, and what that was converted by', () => {
    const dates = Array.from({ length: 28 }, (_, day) => `2025-02-${String(day + 1).padStart(2, '0')}`);
    const facts = factsOf({
      start: '2025-02-01',
      end: '2025-03-01',
      terms: [{ tariffId: GAS, attributes: { 'gas-area': 'L' } }],
      quarter: () => 50,
      reading: 'gas-volume',
      timeZone: 'Europe/London',
      gasDays: new Map([['L', dates.map((date) => ({ date, calorificValue: '39.5' }))]]),
    });
    const { title, lines, basis, explanations } = inEnglish(facts);
    expect(title).toBe('Gas bill');
    expect(lines.some(({ calculation }) => /^[\d,.]+ kWh × £0\.\d+/.test(calculation))).toBe(true);
    expect(basis.determinants.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Gas volume', 'Calorific value', 'Energy of the gas']),
    );
    expect(explanations).toContainEqual({ name: 'Gas used', text: expect.stringContaining('every kWh') });
  });

  describe('what is to be paid', () => {
    it('is the total, by the due date', () => {
      const { amount, total } = inEnglish(factsOf(household, { dueOn: '2025-10-12' }));
      expect(amount).toMatchObject({
        label: 'Amount due',
        value: total,
        facts: [{ value: 'October 12, 2025' }],
      });
    });

    it('is what is open, once something was paid or it is late', () => {
      const facts = factsOf(household, { total: '100000' });
      const paid = { paid: '40000', lateFees: '1500', open: '61500' };
      expect(inEnglish({ ...facts, payment: paid }).amount).toMatchObject({
        value: '₩61,500',
        facts: [
          { label: 'This bill', value: '₩100,000' },
          { label: 'Late payment charge', value: '₩1,500' },
          { label: 'Paid', value: '−₩40,000' },
        ],
      });
      const all = { paid: '100000', lateFees: '0', open: '0' };
      expect(inEnglish({ ...facts, payment: all }).amount).toMatchObject({
        value: '₩0',
        note: 'Nothing is due.',
      });
    });

    it('is nothing of a credit, which is called one', () => {
      const { amount } = inEnglish(factsOf(household, { total: '-1200', dueOn: '2025-10-12' }));
      expect(amount).toMatchObject({ label: 'Credit in your favour', value: '₩1,200', facts: [] });
    });

    it('is nothing of a bill that was cancelled, which says what replaced it', () => {
      const cancelled = { at: new Date('2025-10-01T20:00:00Z'), by: 'operator-1', reason: 'wrong reading' };
      const { amount, stamp } = inEnglish(
        factsOf(household, { cancelled, replacedBy: 'BILL-2', dueOn: '2025-10-12' }),
      );
      expect(stamp).toEqual({
        text: 'Cancelled',
        note: 'This bill was cancelled on October 2, 2025. It is replaced by BILL-2. Do not pay it.',
      });
      expect(amount).toMatchObject({ note: 'Do not pay it.', facts: [] });
    });
  });

  it('says which bill it replaces, and which revision it is', () => {
    const { facts } = inEnglish(factsOf(household, { id: 'BILL-1-R2', revision: 2, replaces: 'BILL-1' }));
    expect(facts).toContainEqual({ label: 'Bill number', value: 'BILL-1-R2 (Revision 2)' });
    expect(facts).toContainEqual({ label: 'Replaces', value: 'BILL-1' });
  });

  it('of a tariff that is no longer known shows its codes', () => {
    const { lines, facts, tiers } = inEnglish({ ...factsOf(household), tariffs: new Map() });
    expect(facts).toContainEqual({ label: 'Tariff', value: RESIDENTIAL });
    expect(lines[0]?.name).toMatch(/^Base/);
    expect(tiers).toEqual([]);
  });
});
