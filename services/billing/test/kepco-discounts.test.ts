import { describe, expect, it } from '@jest/globals';
import { amounts, answerOf, billOf, corpus, fromCorpus } from './kepco.test-kit.ts';

const householdBill = (
  month: { start: string; end: string },
  kWh: string,
  discounts: (string | { code: string; from?: string; to?: string })[],
  tariff = 'residential-low-voltage',
) => billOf(tariff, { ...month, usage: { kWh }, discounts });

const months = (start: string, end: string) => ({ start, end });
const march2024 = months('2024-03-01', '2024-04-01');
const july2025 = months('2025-07-01', '2025-08-01');
const november2025 = months('2025-11-01', '2025-12-01');

/** Bills worked by hand from the published rates and rules; each comment is the arithmetic. */
describe('discounts of KEPCO to households', () => {
  it.each(['large-family', 'three-children', 'newborn'])('are 30 %% for %s', async (code) => {
    // 1,600 + 34,730 + 2,250 + 1,250 = 39,830; 30 % 11,949 → 27,881; VAT 2,788; 2.7 % 750; 31,419
    const bill = await householdBill(november2025, '250', [code]);
    expect(amounts(bill)).toMatchObject({ family: '-11949', vat: '2788', fund: '750' });
    expect(bill.total).toBe('31410');
  });

  it('are at most 16,000 a month for families, of what the freeze leaves', async () => {
    // 62,690; freeze 313 × 21.1 = 6,604.3; 30 % of 56,086 above 16,000 → 40,086; VAT 4,009; 3.7 % 1,480; 45,575
    const bill = await householdBill(march2024, '350', ['large-family']);
    expect(amounts(bill)).toMatchObject({ freeze: '-6604', family: '-16000', vat: '4009', fund: '1480' });
    expect(bill.total).toBe('45570');
  });

  it('have no limit for life support and welfare facilities', async () => {
    // 7,300 + (36,000 + 32,190 + 107,555 = 175,745) + 7,200 + 4,000 = 194,245; 30 % 58,273.5
    for (const [entitlement, charge] of [
      ['life-support', 'life-support'],
      ['welfare-facility', 'welfare-facility'],
    ] as const)
      expect(amounts(await householdBill(july2025, '800', [entitlement]))[charge]).toBe('-58273');
  });

  it.each([
    ['disabled', 'disabled-or-merit', '-20000', '-16000'],
    ['merit', 'disabled-or-merit', '-20000', '-16000'],
    ['basic-livelihood', 'basic-livelihood', '-20000', '-16000'],
    ['basic-livelihood-housing-education', 'basic-livelihood-housing-education', '-12000', '-10000'],
    ['near-poor', 'near-poor', '-10000', '-8000'],
  ])('for %s are higher from June to August', async (entitlement, charge, summer, other) => {
    expect(amounts(await householdBill(july2025, '300', [entitlement]))[charge]).toBe(summer);
    const june = months('2025-06-01', '2025-07-01');
    expect(amounts(await householdBill(june, '300', [entitlement]))[charge]).toBe(summer);
    expect(amounts(await householdBill(november2025, '300', [entitlement]))[charge]).toBe(other);
  });

  it('go by days where the summer begins within the period', async () => {
    // 16 of 31 days at 16,000 and 15 at 20,000: 8,258.06 + 9,677.42
    const bill = await householdBill(months('2025-05-16', '2025-06-16'), '300', ['disabled']);
    expect(amounts(bill)['disabled-or-merit']).toBe('-17935');
  });

  it('count the days of an entitlement that begins within the period', async () => {
    // 10 of 30 days
    const bill = await householdBill(november2025, '300', [{ code: 'disabled', from: '2025-11-21' }]);
    expect(amounts(bill)['disabled-or-merit']).toBe('-5333');
  });

  it('for low income come before, and beside, that for a family', async () => {
    // 39,830 − 8,000 = 31,830; 30 % 9,549
    const bill = await householdBill(november2025, '250', ['large-family', 'near-poor']);
    expect(amounts(bill)).toMatchObject({ 'near-poor': '-8000', family: '-9549' });
  });

  it('for disabled and for families do not add up: the better one is given', async () => {
    const small = amounts(await householdBill(november2025, '250', ['large-family', 'disabled']));
    expect(small).toMatchObject({ 'disabled-or-merit': '-16000' });
    expect(small).not.toHaveProperty('family');
    const large = amounts(await householdBill(november2025, '800', ['life-support', 'disabled']));
    expect(large).toHaveProperty('life-support');
    expect(large).not.toHaveProperty('disabled-or-merit');
  });

  it('give entitled households 4,000 on up to 200 kWh, as all had until July 2021', async () => {
    const march2021 = months('2021-03-01', '2021-04-01');
    expect(amounts(await householdBill(march2021, '200', []))['essential-usage']).toBe('-4000');
    for (const month of [march2021, march2024, november2025]) {
      const { 'low-usage': low, 'essential-usage': essential } = amounts(
        await householdBill(month, '200', ['near-poor']),
      );
      expect(Number(low ?? 0) + Number(essential ?? 0)).toBe(-4000);
    }
    expect(amounts(await householdBill(november2025, '201', ['near-poor']))).not.toHaveProperty('low-usage');
    expect(amounts(await householdBill(november2025, '200', []))).not.toHaveProperty('low-usage');
    const apartment = await householdBill(november2025, '200', ['near-poor'], 'residential-high-voltage');
    expect(amounts(apartment)['low-usage']).toBe('-2500');
  });

  it('leave nothing to pay rather than less than nothing', async () => {
    const bill = await householdBill(november2025, '30', ['basic-livelihood']);
    expect(bill.total).toBe('0');
  });

  it.each([
    ['2022-12-01', '2023-01-01', undefined],
    ['2023-02-01', '2023-03-01', '-2620'], // 200 × 13.1
    ['2023-06-01', '2023-07-01', '-4220'], // 200 × 21.1
    ['2025-01-01', '2025-02-01', '-1600'], // 200 × 8
    ['2025-04-01', '2025-05-01', undefined],
  ])('freeze the rises of 2023: %s to %s gives back %s', async (start, end, amount) => {
    expect(amounts(await householdBill(months(start, end), '200', ['merit']))['freeze']).toBe(amount);
  });

  it('had higher limits in the second half of 2022', async () => {
    const limitIn = async (month: string, code: string, charge: string) => {
      const [year, number] = month.split('-').map(Number);
      const end = new Date(Date.UTC(year!, number!, 1)).toISOString().slice(0, 10);
      return amounts(await householdBill(months(`${month}-01`, end), '900', [code]))[charge];
    };
    expect(await limitIn('2022-06', 'disabled', 'disabled-or-merit')).toBe('-20000');
    expect(await limitIn('2022-08', 'disabled', 'disabled-or-merit')).toBe('-29600');
    expect(await limitIn('2022-09', 'disabled', 'disabled-or-merit')).toBe('-23600');
    expect(await limitIn('2022-11', 'disabled', 'disabled-or-merit')).toBe('-22000');
    expect(await limitIn('2022-11', 'large-family', 'family')).toBe('-22000');
    expect(await limitIn('2022-11', 'near-poor', 'near-poor')).toBe('-11000');
    expect(await limitIn('2023-02', 'disabled', 'disabled-or-merit')).toBe('-16000');
  });

  it('are nothing for a household without entitlement, and refused where nobody knows them', async () => {
    expect((await householdBill(march2024, '350', [])).total).toBe('71260');
    expect(
      await answerOf('residential-low-voltage', {
        ...march2024,
        usage: { kWh: '350' },
        discounts: ['unheard-of'],
      }),
    ).toMatchObject({ code: 'DISCOUNT_UNKNOWN' });
  });
});

interface SeasonSplit {
  worked: {
    id: string;
    kwh: number;
    published: { big_family_discount?: { june: string; july: string } };
  }[];
}

(corpus ? describe : describe.skip)('the published discount of KEPCO (METERMESH_CORPUS)', () => {
  it('is limited in each season by its days: ten of June, twenty of July', async () => {
    const { worked } = await fromCorpus<SeasonSplit>('published-bills.json');
    const { kwh, published } = worked.find(({ id }) => id === 'kepco-calculator-2021-500kWh-season-split')!;
    const bill = await billOf('residential-low-voltage', {
      start: '2021-06-21',
      end: '2021-07-21',
      usage: { kWh: String(kwh) },
      discounts: ['large-family'],
    });
    for (const [month, from, limit] of [
      ['june', '2021-06-21', 5333.33],
      ['july', '2021-07-01', 10666.67],
    ] as const) {
      expect(published.big_family_discount![month]).toContain(String(Math.round(limit * 10) / 10));
      const lines = bill.lines.filter((line) => line.charge === 'family' && line.from === from);
      expect(lines.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(-limit);
    }
    // 80,760 − 16,000 = 64,760; VAT 6,476; 3.7 % 2,390; 73,626
    expect(amounts(bill)).toMatchObject({ family: '-16000', vat: '6476', fund: '2390' });
    expect(bill.total).toBe('73620');
  });
});
