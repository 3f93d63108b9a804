import { beforeAll, describe, expect, it } from '@jest/globals';
import { gasHome } from '../../tools/demo/gas-home.ts';
import type { BillingDesk } from './billing-desk.ts';
import { rateOnCommandLine } from './rate.ts';

/** What bills say, and to whom. */
export function describeBills(open: () => BillingDesk): void {
  let desk: BillingDesk;
  beforeAll(() => {
    desk = open();
  });

  describe('a bill', () => {
    it('adds up, on every tariff', async () => {
      const ids = [
        desk.demo.billId,
        desk.demo.waterBillId,
        desk.demo.discountBillId,
        desk.demo.shopBillId,
        desk.demo.timeOfUseBillId,
        desk.demo.gasBillId,
      ];
      for (const id of ids) {
        const { lines, total } = (await desk.bill(id!))!;
        const cents = (amount: string) => Math.round(Number(amount) * 100);
        expect(lines.reduce((sum, { amount }) => sum + cents(amount), 0)).toBe(cents(total));
      }
      const { lines } = (await desk.bill(desk.demo.discountBillId!))!;
      expect(lines.find(({ charge }) => charge === 'family')!.amount).toMatch(/^-\d+$/);
    });

    it('by time of use is what the rate command makes of the load profile that the graph shows', async () => {
      const bill = (await desk.bill(desk.demo.timeOfUseBillId!))!;
      const { usagePoint, periodStart, periodEnd, segments } = bill;
      const intervals = await desk.quarterHours(usagePoint.id, periodStart, periodEnd);
      const request = {
        start: periodStart,
        end: periodEnd,
        contractKw: segments[0]!.contractKw!,
        usage: {
          intervals: {
            start: `${periodStart}T00:00:00+09:00`,
            minutes: 15,
            timeZone: 'Asia/Seoul',
            kWh: intervals.map((wh) => wh / 1000),
          },
        },
      };
      const rated = rateOnCommandLine(bill.tariffId, request);
      expect(rated.total).toBe(bill.total);
      expect(rated.lines.map(({ code, amount }) => [code, amount])).toEqual(
        bill.lines.map(({ code, amount }) => [code, amount]),
      );
      expect(bill.lines.map(({ timeOfUse }) => timeOfUse)).toEqual(
        expect.arrayContaining([expect.stringMatching(/on-peak$/), expect.stringMatching(/off-peak$/)]),
      );
      const demand = bill.determinants.find(({ code }) => code === 'max-demand')!;
      const reached = Date.parse(demand.at!) - Date.parse(request.usage.intervals.start);
      // 15 minutes at 1 kW are 250 Wh.
      expect(intervals[reached / 900_000]).toBeCloseTo(Number(demand.quantity) * 250);
    });

    it('of gas rests on the energy that the gas of each day had', async () => {
      const { lines, determinants, currency } = (await desk.bill(desk.demo.gasBillId!))!;
      const { gasQuality } = await desk.operator<{ gasQuality: { date: string; calorificValue: string }[] }>(
        'query ($from: Date!, $to: Date!) { gasQuality(area: "GB-LONDON", from: $from, to: $to) { date calorificValue } }',
        { from: gasHome.period.start, to: gasHome.period.end },
      );
      const values = new Map(gasQuality.map(({ date, calorificValue }) => [date, Number(calorificValue)]));
      const { days } = determinants.find((each) => each.days.length > 0)!;
      // m³ × 1.02264 × MJ/m³ ÷ 3.6, SI 1996/439
      const kWh = days.reduce(
        (sum, day) => sum + (Number(day.quantity) * 1.02264 * values.get(day.date)!) / 3.6,
        0,
      );
      const energy = lines.filter(({ charge }) => charge === 'energy');
      expect(energy.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBeCloseTo(kWh, 3);
      expect(currency).toBe('GBP');
      // 23 hours on the day when clocks change.
      expect(days).toHaveLength(90);
    });

    it('names every reading that it rests on, down to when it came', async () => {
      const { determinants } = (await desk.bill(desk.demo.billId, desk.customer))!;
      const { days } = determinants[0]!;
      const readings = days.flatMap((day) => day.readings);
      expect(days.every((day) => day.readings.length > 0 && day.missingIntervals === 0)).toBe(true);
      expect(readings.every(({ receivedAt }) => receivedAt)).toBe(true);
    });

    it('is a document to its desk.customer, and to nobody else', async () => {
      const token = await desk.running.token('customer', 'a-customer', desk.demo.customerId);
      const { total } = (await desk.bill(desk.demo.billId))!;
      const page = await desk.document(token, desk.demo.billId, 'format=html&language=ko');
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await page.text()).toContain(Number(total).toLocaleString('en'));
      const print = await desk.document(token, desk.demo.billId, 'format=pdf&language=en');
      expect(print.headers.get('content-type')).toBe('application/pdf');
      expect(
        Buffer.from(await print.arrayBuffer())
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-');

      const statusFor = async (who: string, id: string, choice: string) =>
        (await desk.document(who, id, choice)).status;
      const other = await desk.running.token('customer', 'another-customer', 'CUST-02');
      expect(await statusFor(other, desk.demo.billId, 'format=pdf&language=en')).toBe(403);
      expect(await statusFor(token, 'BILL-NONE', 'format=pdf&language=en')).toBe(404);
      expect(await statusFor(token, desk.demo.billId, 'format=doc&language=en')).toBe(400);
      expect(await statusFor('no token', desk.demo.billId, 'format=pdf&language=en')).toBe(401);
    });
  });
}
