import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal } from '@metermesh/decider';
import { rateBill, readTariff, type RatedBill, type RatingRequest } from '@metermesh/billing/rating';
import type { Demo } from '../tools/demo/demo.ts';
import { eventually as eventuallyWithin } from '../tools/demo/eventually.ts';
import { gasHome } from '../tools/demo/gas-home.ts';
import type { Query } from '../tools/demo/graphql-client.ts';
import { waterAgreement } from '../tools/demo/water-agreement.ts';
import type { Neighbourhood } from '../tools/demo/neighbourhood.ts';
import { pushValues } from '../tools/demo/push-values.ts';
import type { RunningMesh } from './running-mesh.ts';

const PATIENCE = 30_000;
const eventually = <Result>(what: string, attempt: () => Promise<Result>) =>
  eventuallyWithin(what, attempt, PATIENCE);

/** What the neighbourhood's bills come to, and what becomes of them: through the gateway, each as who may. */
export function describeBilling(mesh: () => { running: RunningMesh; demo: Demo }): void {
  describe('billing', () => {
    let demo: Demo['objects'];
    let operator: Query;
    let supervisor: Query;
    let customer: Query;
    let stranger: Query;
    const customerOf = (agreementId: string) =>
      mesh().running.as('customer', `customer-of-${agreementId}`, agreementId.replace('AGR', 'CUST'));

    beforeAll(async () => {
      const { running } = mesh();
      demo = mesh().demo.objects;
      operator = await running.as('operator', 'an-operator');
      supervisor = await running.as('supervisor', 'a-supervisor');
      customer = await running.as('customer', 'a-customer', demo.customerId);
      stranger = await running.as('customer', 'another-customer', 'CUST-02');
    });

    const billNamed = async (id: string, query = operator, asOf?: string) =>
      (await query<{ bill: Bill | null }>(BILL, { id, asOf })).bill;

    describe('the bill run', () => {
      it('has billed every period that was over, and held what somebody had to look at', async () => {
        const { billRun } = await operator<{ billRun: BillRun }>(RUN, { id: demo.billRunId });
        const { agreements, billed, held } = billRun.progress;
        expect(billRun).toMatchObject({
          status: 'COMPLETED',
          startedBy: 'demo-seeder',
          progress: { done: agreements, unchanged: 0, failed: [] },
        });
        expect({ billed, held }).toEqual({ billed: agreements - 1, held: 1 });
        await expect(customer(RUN, { id: demo.billRunId })).rejects.toMatchObject({ code: 'FORBIDDEN' });

        const { billingExceptions } = await operator<{ billingExceptions: { nodes: BillingException[] } }>(
          `{ billingExceptions(status: RESOLVED, code: "READINGS_ESTIMATED") { nodes { agreement { id } periodStart } } }`,
        );
        expect(billingExceptions.nodes.map(({ agreement }) => agreement.id)).toContain(waterAgreement.id);
      });

      it('issues no bill twice when it is run again', async () => {
        const before = await billIds();
        const { startBillRun: run } = await operator<{ startBillRun: { id: string } }>(
          'mutation { startBillRun(reason: "again") { id status } }',
        );
        const progress = await eventually('the end of the run', async () => {
          const { billRun } = await operator<{ billRun: BillRun }>(RUN, run);
          expect(billRun.status).toBe('COMPLETED');
          return billRun.progress;
        });
        expect(progress).toMatchObject({
          done: progress.agreements,
          unchanged: progress.agreements,
          billed: 0,
        });
        expect(await billIds()).toEqual(before);
      });

      const billIds = async () =>
        (
          await operator<{ bills: { nodes: { id: string }[] } }>('{ bills(first: 100) { nodes { id } } }')
        ).bills.nodes.map(({ id }) => id);
    });

    describe('a bill', () => {
      it('adds up, on every tariff', async () => {
        const ids = [
          demo.billId,
          demo.waterBillId,
          demo.discountBillId,
          demo.shopBillId,
          demo.timeOfUseBillId,
          demo.gasBillId,
        ];
        for (const id of ids) {
          const { lines, total } = (await billNamed(id!))!;
          const cents = (amount: string) => Math.round(Number(amount) * 100);
          expect(lines.reduce((sum, { amount }) => sum + cents(amount), 0)).toBe(cents(total));
        }
        const { lines } = (await billNamed(demo.discountBillId!))!;
        expect(lines.find(({ charge }) => charge === 'family')!.amount).toMatch(/^-\d+$/);
      });

      it('by time of use is what the rate command makes of the load profile that the graph shows', async () => {
        const bill = (await billNamed(demo.timeOfUseBillId!))!;
        const { usagePoint, periodStart, periodEnd, segments } = bill;
        const intervals = await quarterHours(usagePoint.id, periodStart, periodEnd);
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
        expect(Number(demand.quantity) * 250).toBeCloseTo(Math.max(...intervals));
        expect(demand.at).toMatch(/\+09:00$/);
      });

      it('of gas rests on the energy that the gas of each day had', async () => {
        const { lines, determinants, currency } = (await billNamed(demo.gasBillId!))!;
        const { gasQuality } = await operator<{ gasQuality: { date: string; calorificValue: string }[] }>(
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
        const { determinants } = (await billNamed(demo.billId, customer))!;
        const { days } = determinants[0]!;
        const readings = days.flatMap((day) => day.readings);
        expect(days.every((day) => day.readings.length > 0 && day.missingIntervals === 0)).toBe(true);
        expect(readings.every(({ receivedAt }) => receivedAt)).toBe(true);
      });

      it('is a document to its customer, and to nobody else', async () => {
        const token = await mesh().running.token('customer', 'a-customer', demo.customerId);
        const { total } = (await billNamed(demo.billId))!;
        const page = await document(token, demo.billId, 'format=html&language=ko');
        expect(page.status).toBe(200);
        expect(page.headers.get('content-type')).toMatch(/^text\/html/);
        expect(await page.text()).toContain(Number(total).toLocaleString('en'));
        const print = await document(token, demo.billId, 'format=pdf&language=en');
        expect(print.headers.get('content-type')).toBe('application/pdf');
        expect(
          Buffer.from(await print.arrayBuffer())
            .subarray(0, 5)
            .toString(),
        ).toBe('%PDF-');

        const statusFor = async (who: string, id: string, choice: string) =>
          (await document(who, id, choice)).status;
        const other = await mesh().running.token('customer', 'another-customer', 'CUST-02');
        expect(await statusFor(other, demo.billId, 'format=pdf&language=en')).toBe(403);
        expect(await statusFor(token, 'BILL-NONE', 'format=pdf&language=en')).toBe(404);
        expect(await statusFor(token, demo.billId, 'format=doc&language=en')).toBe(400);
        expect(await statusFor('no token', demo.billId, 'format=pdf&language=en')).toBe(401);
      });
    });

    describe('a corrected reading', () => {
      it('has led to one proposal with the right difference; issued, it leaves both bills readable', async () => {
        const [proposal, ...others] = await proposals('AGR-03');
        expect(others).toEqual([]);
        const { bill, periodStart, periodEnd, changedDays } = proposal!;
        const known = (await billNamed(bill.id))!;
        const corrected = changedDays.reduce(
          (sum, day) => sum + Number(day.quantity) - Number(day.previousQuantity),
          Number(known.determinants[0]!.quantity),
        );
        const rated = await rate(known.tariffId, {
          start: periodStart,
          end: periodEnd,
          usage: { kWh: corrected.toFixed(3) },
        });
        expect(changedDays).toHaveLength(1);
        expect(proposal).toMatchObject({
          id: demo.rebillProposalId,
          status: 'OPEN',
          previousTotal: known.total,
          total: rated.total,
          difference: String(Number(rated.total) - Number(known.total)),
        });

        const issue = (query: Query) =>
          query<{ issueRebill: { bill: { id: string } } }>(
            'mutation ($id: ID!) { issueRebill(proposalId: $id, reason: "The meter was read again.") { bill { id } } }',
            { id: proposal!.id },
          );
        const owner = await customerOf('AGR-03');
        await expect(issue(owner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
        const before = new Date().toISOString();
        const { issueRebill } = await issue(operator);
        expect(await billNamed(bill.id, owner)).toMatchObject({
          status: 'CANCELLED',
          total: known.total,
          lines: known.lines,
          replacedBy: { id: issueRebill.bill.id },
        });
        expect(await billNamed(issueRebill.bill.id, owner)).toMatchObject({
          status: 'ISSUED',
          total: rated.total,
        });
        expect(await billNamed(bill.id, owner, before)).toMatchObject({ status: 'ISSUED', replacedBy: null });
        expect(await billNamed(issueRebill.bill.id, owner, before)).toBeNull();
        expect(await billAsOf('AGR-03', periodStart, before)).toBe(bill.id);
        expect(await billAsOf('AGR-03', periodStart, new Date().toISOString())).toBe(issueRebill.bill.id);
      });

      it('that a meter pushes is noticed by itself, and may be left at that', async () => {
        const { periodStart } = (await billNamed(demo.billId))!;
        const { settings, headEnd } = mesh().running;
        const { neighbourhood } = JSON.parse(
          readFileSync(join(settings.data, 'demo-state.json'), 'utf8'),
        ) as { neighbourhood: Neighbourhood };
        const place = neighbourhood.places.find(({ agreementId }) => agreementId === 'AGR-06')!;
        const noon = Date.parse(`${periodStart}T12:00:00+09:00`);
        await pushValues(headEnd, neighbourhood, place, noon, [1500, 1600]);
        const [proposal] = await eventually('the proposal', async () => {
          const found = await proposals('AGR-06');
          expect(found).toHaveLength(1);
          return found;
        });
        expect(proposal!.changedDays.map(({ date }) => date)).toEqual([periodStart]);
        const { dismissRebill } = await supervisor<{ dismissRebill: { status: string } }>(
          'mutation ($id: ID!) { dismissRebill(proposalId: $id, reason: "A test of the meter.") { status } }',
          { id: proposal!.id },
        );
        expect(dismissRebill.status).toBe('DISMISSED');
        expect((await billNamed(proposal!.bill.id))!.status).toBe('ISSUED');
      });

      async function proposals(agreementId: string): Promise<Proposal[]> {
        const { rebillProposals } = await operator<{ rebillProposals: { nodes: Proposal[] } }>(PROPOSALS);
        return rebillProposals.nodes.filter(({ agreement }) => agreement.id === agreementId);
      }

      async function billAsOf(agreementId: string, periodStart: string, asOf: string) {
        const { billAsOf } = await operator<{ billAsOf: { id: string } | null }>(
          `query ($agreementId: ID!, $periodStart: Date!, $asOf: DateTime!) {
            billAsOf(agreementId: $agreementId, periodStart: $periodStart, asOf: $asOf) { id } }`,
          { agreementId, periodStart, asOf },
        );
        return billAsOf?.id;
      }
    });

    describe('a payment', () => {
      it('that is reported again is the same; the ledger has it once, and all its entries balance', async () => {
        const { payment } = await operator<{ payment: PaymentInput }>(PAYMENT, {
          reference: demo.paymentReference,
        });
        const input = { ...payment, reference: demo.paymentReference, billId: demo.billId };
        await operator(PAY, { input });
        await expect(operator(PAY, { input: { ...input, amount: '1' } })).rejects.toMatchObject({
          code: 'PAYMENT_REFERENCE_REUSED',
        });
        await expect(customer(PAY, { input })).rejects.toMatchObject({ code: 'FORBIDDEN' });

        expect(await billNamed(demo.billId, customer)).toMatchObject({ balance: '0', paymentStatus: 'PAID' });
        const { ledger, payments } = await customer<Account>(ACCOUNT, { id: demo.customerId });
        expect(payments.nodes).toEqual([{ reference: demo.paymentReference }]);
        expect(ledger.nodes.filter(({ kind }) => kind === 'PaymentReceived')).toHaveLength(1);
        expect(
          ledger.nodes.map(({ postings }) => postings.reduce((sum, { amount }) => sum + Number(amount), 0)),
        ).toEqual(ledger.nodes.map(() => 0));
        await expect(stranger(ACCOUNT, { id: demo.customerId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      });
    });

    describe('prepaid credit', () => {
      it('is what was paid less what was drawn, and low', async () => {
        const owner = await customerOf(demo.prepaidAgreementId!);
        await eventually('the settled balance', async () => {
          const { agreement } = await owner<{ agreement: { prepayment: Prepayment } }>(PREPAYMENT, {
            id: demo.prepaidAgreementId,
          });
          const { balance, lowBalance, exhausted, entries } = agreement.prepayment;
          expect({ lowBalance, exhausted }).toEqual({ lowBalance: true, exhausted: false });
          expect(entries.nodes.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(Number(balance));
          const kinds = entries.nodes.map(({ kind }) => kind);
          expect(kinds).toEqual(expect.arrayContaining(['TOP_UP', 'DAILY_USAGE']));
        });
        const refused = customer(PREPAYMENT, { id: demo.prepaidAgreementId });
        await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
      });
    });

    describe('a customer', () => {
      it('compares what he pays with what he would pay on other tariffs', async () => {
        const { compareTariffs } = await customer<{ compareTariffs: Comparison }>(COMPARE, {
          id: demo.agreementId,
        });
        const { current, results, months } = compareTariffs;
        const bill = (await billNamed(demo.billId))!;
        expect(months).toHaveLength(1);
        expect(current).toMatchObject({ tariffId: bill.tariffId, total: bill.total });
        const hourly = results.find(({ tariffId }) => tariffId === 'kepco/residential-jeju-time-of-use')!;
        const profile = await quarterHours(demo.usagePointId, bill.periodStart, bill.periodEnd);
        const rated = await rate(hourly.tariffId, {
          start: bill.periodStart,
          end: bill.periodEnd,
          usage: {
            intervals: {
              start: `${bill.periodStart}T00:00:00+09:00`,
              minutes: 15,
              timeZone: 'Asia/Seoul',
              kWh: profile.map((wh) => wh / 1000),
            },
          },
        });
        expect(hourly).toMatchObject({
          total: rated.total,
          difference: String(Number(rated.total) - Number(bill.total)),
        });
        await expect(stranger(COMPARE, { id: demo.agreementId })).rejects.toMatchObject({
          code: 'FORBIDDEN',
        });
      });

      it('sees what the running period comes to so far', async () => {
        const { periodEnd } = (await billNamed(demo.billId))!;
        const asked = { id: demo.agreementId, start: periodEnd };
        const { previewBill } = await customer<{ previewBill: { total: string; periodStart: string } }>(
          PREVIEW,
          asked,
        );
        expect(previewBill.periodStart).toBe(periodEnd);
        expect(Number(previewBill.total)).toBeGreaterThanOrEqual(0);
        await expect(stranger(PREVIEW, asked)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      });

      it('disputes a bill, and is answered', async () => {
        const dispute = (query: Query) =>
          query('mutation ($id: ID!) { disputeBill(id: $id, reason: "I was away.") { isDisputed } }', {
            id: demo.billId,
          });
        await expect(dispute(stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' });
        expect(await dispute(customer)).toEqual({ disputeBill: { isDisputed: true } });
        const resolve = (query: Query) =>
          query(
            'mutation ($id: ID!) { resolveDispute(id: $id, outcome: REJECTED, note: "The readings are complete.") { isDisputed disputes { reason outcome resolvedBy } } }',
            { id: demo.billId },
          );
        await expect(resolve(customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
        expect(await resolve(operator)).toEqual({
          resolveDispute: {
            isDisputed: false,
            disputes: [{ reason: 'I was away.', outcome: 'REJECTED', resolvedBy: 'an-operator' }],
          },
        });
      });
    });

    function document(token: string, billId: string, choice: string): Promise<Response> {
      const url = mesh().running.url('gateway', `/bills/${billId}/document?${choice}`);
      return fetch(url, { headers: { authorization: `Bearer ${token}` } });
    }

    /** In Wh. */
    async function quarterHours(usagePointId: string, start: string, end: string): Promise<number[]> {
      const { usagePoint } = await operator<{
        usagePoint: { loadProfile: { intervals: { value: string }[] } };
      }>(
        `query ($id: ID!, $from: DateTime!, $to: DateTime!) { usagePoint(id: $id) {
          loadProfile(channel: "active-energy-import", from: $from, to: $to, resolution: PT15M) { intervals { value } } } }`,
        { id: usagePointId, from: `${start}T00:00:00+09:00`, to: `${end}T00:00:00+09:00` },
      );
      return usagePoint.loadProfile.intervals.map(({ value }) => Number(value));
    }
  });
}

async function rate(tariffId: string, request: RatingRequest): Promise<RatedBill> {
  const tariff = await readTariff(tariffId);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  const bill = rateBill(tariff, request);
  if (isRefusal(bill)) throw new Error(bill.message);
  return bill;
}

function rateOnCommandLine(tariffId: string, request: object): RatedBill {
  const { stdout } = spawnSync('npm', ['run', '-s', 'rate', '--', '--tariff', tariffId], {
    input: JSON.stringify(request),
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as RatedBill;
}

interface BillRun {
  status: string;
  startedBy: string;
  progress: { agreements: number; done: number; billed: number; held: number; unchanged: number };
}
interface BillingException {
  agreement: { id: string };
}
interface Bill {
  usagePoint: { id: string };
  tariffId: string;
  periodStart: string;
  periodEnd: string;
  total: string;
  currency: string;
  status: string;
  balance: string;
  segments: { contractKw: string | null }[];
  lines: { code: string; charge: string; quantity: string; amount: string; timeOfUse: string | null }[];
  determinants: {
    code: string;
    quantity: string;
    at: string | null;
    days: {
      date: string;
      quantity: string;
      missingIntervals: number;
      readings: { id: string; receivedAt: string | null }[];
    }[];
  }[];
}
interface Proposal {
  id: string;
  agreement: { id: string };
  bill: { id: string };
  periodStart: string;
  periodEnd: string;
  changedDays: { date: string; previousQuantity: string; quantity: string }[];
}
interface PaymentInput {
  amount: string;
  currency: string;
  receivedOn: string;
  method: string;
}
interface Account {
  ledger: { nodes: { kind: string; postings: { amount: string }[] }[] };
  payments: { nodes: { reference: string }[] };
}
interface Prepayment {
  balance: string;
  lowBalance: boolean;
  exhausted: boolean;
  entries: { nodes: { kind: string; amount: string }[] };
}
interface Comparison {
  months: object[];
  current: { tariffId: string; total: string };
  results: { tariffId: string; total: string; difference: string }[];
}

const RUN = `query ($id: ID!) { billRun(id: $id) {
  status startedBy progress { agreements done billed held unchanged failed { code count } }
} }`;
const BILL = `query ($id: ID!, $asOf: DateTime) { bill(id: $id, asOf: $asOf) {
  usagePoint { id } tariffId periodStart periodEnd total currency status balance paymentStatus replacedBy { id }
  segments { contractKw } lines { code charge quantity amount timeOfUse }
  determinants { code quantity at days { date quantity missingIntervals readings { id receivedAt } } }
} }`;
const PROPOSALS = `{ rebillProposals(first: 20) { nodes {
  id status agreement { id } bill { id } periodStart periodEnd previousTotal total difference
  changedDays { date previousQuantity quantity }
} } }`;
const PAYMENT = `query ($reference: ID!) { payment(reference: $reference) { amount currency receivedOn method } }`;
const PAY = `mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { reference status } }`;
const ACCOUNT = `query ($id: ID!) {
  ledger(customerId: $id) { nodes { kind postings { amount } } }
  payments(customerId: $id) { nodes { reference } }
}`;
const PREPAYMENT = `query ($id: ID!) { agreement(id: $id) { prepayment {
  balance lowBalance exhausted entries(first: 100) { nodes { kind amount } }
} } }`;
const COMPARE = `query ($id: ID!) {
  compareTariffs(agreementId: $id, tariffIds: ["kepco/residential-low-voltage", "kepco/residential-jeju-time-of-use"]) {
    months { periodStart } current { tariffId total } results { tariffId total difference }
  }
}`;
const PREVIEW = `query ($id: ID!, $start: Date!) { previewBill(agreementId: $id, periodStart: $start) { periodStart total } }`;
