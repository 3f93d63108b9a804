import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTariff } from '../src/adapters/tariff-library.ts';
import { rateBill, type RatedBill } from '../src/domain/rate-bill.ts';
import type { Tariff } from '../src/domain/tariff.ts';
import {
  agreementStarted,
  BillingService,
  datesOf,
  loadProfileValidated,
  newHousehold,
  TARIFF,
  usagePointRegistered,
  type GraphQLAnswer,
  type Household,
} from './billing-service.test-kit.ts';

const CLOSE = `mutation ($agreementId: ID!, $periodStart: Date!) {
  closeBillingCycle(agreementId: $agreementId, periodStart: $periodStart) {
    status periodStart periodEnd holdReasons { code message } agreement { id }
    bill {
      id total currency tariffId issuedBy issuedAt customer { id } usagePoint { id }
      lines { code charge description quantity unit rate amount unrounded from to days ofDays }
      determinants { code quantity unit days { date quantity version missingIntervals estimatedIntervals suspectIntervals readings { id } } }
    }
  }
}`;

interface Cycle {
  status: string;
  periodStart: string;
  periodEnd: string;
  holdReasons: { code: string; message: string }[];
  bill: null | {
    id: string;
    total: string;
    lines: Record<string, unknown>[];
    determinants: { quantity: string; days: { date: string; version: number; readings: { id: string }[] }[] }[];
    issuedAt: string;
  };
}

let service: BillingService;
let tariff: Tariff;
beforeAll(async () => {
  service = await BillingService.start();
  tariff = (await readTariff(TARIFF)) as Tariff;
});
afterAll(() => service.stop());

async function close({ agreementId }: Household, periodStart: string): Promise<GraphQLAnswer> {
  return service.ask(CLOSE, { agreementId, periodStart });
}

/** Facts take a moment: closes until the cycle is as wanted, or for ten seconds. */
async function closeUntil(household: Household, periodStart: string, isWanted: (cycle: Cycle) => boolean): Promise<Cycle> {
  let answer: GraphQLAnswer | undefined;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    answer = await close(household, periodStart);
    const cycle = answer.data?.['closeBillingCycle'] as Cycle | undefined;
    if (cycle && isWanted(cycle)) return cycle;
  }
  throw new Error(`Never as wanted: ${JSON.stringify(answer)}`);
}

/** Lines as `npm run rate` prints them: without what a line does not have, and without the unit. */
const asRated = (lines: Record<string, unknown>[]) =>
  lines.map((line) => Object.fromEntries(Object.entries(line).filter(([key, value]) => value !== null && key !== 'unit')));

describe('a billing cycle', () => {
  it('becomes a bill, of the very lines that rating gives, from facts in any order', async () => {
    const household = newHousehold();
    const facts = datesOf('2025-10-01', '2025-11-01').map((date) => loadProfileValidated(household, date, 471));
    for (const fact of facts.toReversed()) await service.publish('ingestion', household.usagePointId, fact);
    await service.publish('customer-care', household.agreementId, agreementStarted(household, '2025-01-01'));
    await service.publish('device-registry', household.usagePointId, usagePointRegistered(household));

    const { bill, ...cycle } = await closeUntil(household, '2025-10-01', ({ status }) => status === 'BILLED');

    expect(cycle).toMatchObject({ periodStart: '2025-10-01', periodEnd: '2025-11-01', holdReasons: [] });
    const kWh = '350.424';
    expect(bill!.determinants).toMatchObject([{ code: 'active-energy-import', quantity: kWh, unit: 'kWh' }]);
    const rated = rateBill(tariff, { start: '2025-10-01', end: '2025-11-01', usage: { kWh } }) as RatedBill;
    expect(bill!.total).toBe(rated.total);
    expect(asRated(bill!.lines)).toEqual(rated.lines);
    expect(bill!.determinants[0]!.days.map(({ readings }) => readings.map(({ id }) => id))).toEqual(
      facts.map(({ sourceEventIds }) => sourceEventIds),
    );
  });
});
