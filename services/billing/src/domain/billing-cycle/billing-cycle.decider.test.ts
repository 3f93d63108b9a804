import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillingCycleHeldSchema,
  BillingCycleOpenedSchema,
  BillIssuedSchema,
  type BillIssued,
  type BillingCycleOpened,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { isRefusal, refuse, specify } from '@metermesh/decider';
import { agreement, day, daysOf, electricity, marchBasis, period } from '../../../test/billing-scenario.ts';
import { smallTariff } from '../../../test/small-tariff.ts';
import type { BillingBasis } from './billing-basis.ts';
import { billingCycleDecider } from './billing-cycle.decider.ts';
import { statusOf, type BillingCycleEvent } from './billing-cycle.ts';
import { billingDeterminant } from './billing-determinant.ts';
import type { CloseBillingCycle } from './close-cycle.ts';
import { rateBill, type RatedBill } from '../rating/rate-bill.ts';

const { given } = specify(billingCycleDecider);
const APRIL = Date.parse('2024-04-01T00:00+02:00');
const DAY = 86_400_000;
const march = { start: '2024-03-01', end: '2024-04-01' };

const close = (basis: BillingBasis = marchBasis(), now = APRIL): CloseBillingCycle => ({
  type: 'close',
  basis,
  policy: { suspectShare: 0.01, estimatedShare: 0.1, dueDays: 14, holdNegativeTotals: true },
  now,
  closedBy: 'kim',
});
const identity = {
  agreementId: 'AGR-1',
  customerId: 'CUST-1',
  usagePointId: 'UP-1',
  tariffId: 'example/small',
  period: march,
};
const opened: BillingCycleOpened = create(BillingCycleOpenedSchema, {
  ...identity,
  timeZone: 'Europe/Berlin',
});
const held = (message: string) =>
  create(BillingCycleHeldSchema, {
    agreementId: 'AGR-1',
    period: march,
    reasons: [{ code: 'READINGS_MISSING', message }],
  });
const issued: BillIssued = create(BillIssuedSchema, { billId: 'BILL-AGR-1-2024-03-01', ...identity });
const lacking = (...dates: string[]) =>
  marchBasis({ days: daysOf(marchBasis()).filter(({ date }) => !dates.includes(date)) });

function decided(command: CloseBillingCycle, ...history: BillingCycleEvent[]): readonly BillingCycleEvent[] {
  const state = history.reduce(billingCycleDecider.evolve, billingCycleDecider.initialState);
  const events = billingCycleDecider.decide(command, state);
  if (isRefusal(events)) throw new Error(events.message);
  return events;
}

describe('closing a billing cycle', () => {
  it('opens it, fixes what it rests on, and issues the bill that rating gives', () => {
    const events = decided(close());
    expect(events.map(({ $typeName }) => $typeName.split('.').at(-1))).toEqual([
      'BillingCycleOpened',
      'BillingDeterminantsFixed',
      'BillIssued',
    ]);
    const rated = rateBill(smallTariff(), { ...march, usage: { kWh: '124' } }) as RatedBill;
    expect(events[0]).toEqual(opened);
    expect(events[1]).toMatchObject({
      determinants: [
        billingDeterminant(electricity, period('2024-03-01', '2024-04-01'), daysOf(marchBasis())),
        { code: 'billing-days', quantity: '31', unit: 'd' },
        { code: 'import', quantity: '124', unit: 'kWh' },
      ],
    });
    expect(events[2]).toMatchObject({
      billId: 'BILL-AGR-1-2024-03-01',
      customerId: 'CUST-1',
      period: march,
      total: rated.total,
      currency: 'EUR',
      lines: rated.lines.map((line) => expect.objectContaining(line)),
      issuedAt: timestampFromMs(APRIL),
      issuedBy: 'kim',
    });
  });

  it('says what each line counts', () => {
    const bill = decided(close()).find(
      (event): event is BillIssued => event.$typeName === 'metermesh.billing.v1.BillIssued',
    )!;
    expect(bill.lines.map(({ code, unit }) => [code, unit])).toEqual([
      ['base', 'month'],
      ['meter', 'month'],
      ['energy-tier-1', 'kWh'],
      ['energy-tier-2', 'kWh'],
      ['fuel', 'kWh'],
      ['vat', 'EUR'],
      ['total-rounding', ''],
    ]);
  });

  it('waits for the end of the period where the usage point is', () => {
    given()
      .when(close(marchBasis(), APRIL - 1))
      .thenRefused('BILLING_PERIOD_NOT_OVER');
    expect(decided(close(marchBasis(), APRIL))).toHaveLength(3);
  });

  it('does nothing once it is billed, whatever the readings say by now', () => {
    given(opened, issued).when(close()).thenNothing();
    given(opened, issued)
      .when(close(lacking('2024-03-05')))
      .thenNothing();
  });

  it('holds it with the reasons where readings are missing', () => {
    given()
      .when(close(lacking('2024-03-05', '2024-03-06')))
      .then(opened, held('2 of 31 days have no readings: 2024-03-05, 2024-03-06.'));
  });

  it('does not repeat the reasons, and tells when they change', () => {
    const both = held('2 of 31 days have no readings: 2024-03-05, 2024-03-06.');
    given(opened, both)
      .when(close(lacking('2024-03-05', '2024-03-06')))
      .thenNothing();
    given(opened, both)
      .when(close(lacking('2024-03-05')))
      .then(held('1 of 31 days have no readings: 2024-03-05.'));
  });

  it('bills a held cycle when its readings are there', () => {
    const history = [opened, held('1 of 31 days have no readings: 2024-03-05.')];
    const events = decided(close(), ...history);
    expect(events.map(({ $typeName }) => $typeName.split('.').at(-1))).toEqual([
      'BillingDeterminantsFixed',
      'BillIssued',
    ]);
    const state = [...history, ...events].reduce(
      billingCycleDecider.evolve,
      billingCycleDecider.initialState,
    );
    expect([statusOf(state), state.heldFor]).toEqual(['BILLED', []]);
  });

  it('bills a held cycle as its agreement stands now', () => {
    const short = period('2024-03-01', '2024-03-21');
    const basis = marchBasis({ agreement: { ...agreement, endsOn: '2024-03-21' }, period: short });
    const [reopened, , bill] = decided(close(basis), opened, held('31 of 31 days have no readings'));
    expect(reopened).toMatchObject({ period: { start: '2024-03-01', end: '2024-03-21' } });
    const rated = rateBill(smallTariff(), {
      start: '2024-03-01',
      end: '2024-03-21',
      usage: { kWh: '80' },
    }) as RatedBill;
    expect(bill).toMatchObject({ billId: 'BILL-AGR-1-2024-03-01', total: rated.total });
    expect((bill as BillIssued).lines[0]).toMatchObject({ code: 'base', days: 20, ofDays: 31 });
  });

  it.each<[string, Partial<BillingBasis>]>([
    ['TARIFF_NOT_EFFECTIVE', { period: period('2023-12-01', '2024-01-01') }],
    [
      'TARIFF_UNKNOWN',
      { tariffs: new Map([['example/small', refuse('TARIFF_UNKNOWN', 'No such tariff.')]]) },
    ],
    ['TARIFF_UNFIT', { usagePoint: { timeZone: 'Europe/Berlin', serviceKind: 'WATER' } }],
    ['USAGE_POINT_NOT_KNOWN_YET', { usagePoint: undefined }],
  ])('holds what cannot be rated, with the code that rating gives: %s', (code, over) => {
    const { days: dates } = over.period ?? marchBasis().period;
    const days = dates.map((date) => day(date, 4000));
    const [, holding] = decided(close(marchBasis({ ...over, days }), APRIL + DAY));
    expect(holding).toMatchObject({ reasons: [{ code }] });
  });
});
