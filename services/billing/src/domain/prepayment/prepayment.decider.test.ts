import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BalanceAdjustedSchema,
  BalanceExhaustedSchema,
  BalanceRestoredSchema,
  DailyUsageChargedSchema,
  DailyUsageCorrectedSchema,
  DisconnectionRequestedSchema,
  DisconnectionRequestWithdrawnSchema,
  EmergencyCreditUsedSchema,
  LowBalanceReachedSchema,
  PrepaymentClosedSchema,
  PrepaymentRefundedSchema,
  PrepaymentSettledSchema,
  TopUpCreditedSchema,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { fold, refuse, specify } from '@metermesh/decider';
import { prepaymentDecider } from './prepayment.decider.ts';
import type { PrepaymentEvent } from './prepayment.ts';
import {
  chargedDay,
  circumstances,
  drawing,
  opened,
  period,
  WEDNESDAY_NOON,
} from '../../../test/prepayment-scenario.ts';

const { given } = specify(prepaymentDecider);
const dates = { start: '2025-10-01', end: '2025-11-01' };
const said = { agreementId: 'AGR-1', customerId: 'CUST-1', usagePointId: 'UP-1', currency: 'KRW' };
const ofPeriod = { agreementId: 'AGR-1', customerId: 'CUST-1', period: dates, currency: 'KRW' };

const charged = (day: number, amount: string, toDateTotal: string, balance: string) =>
  create(DailyUsageChargedSchema, {
    ...ofPeriod,
    day: chargedDay(`2025-10-0${day}`),
    amount,
    toDateTotal,
    balance,
  });
const topUp = (amount: string, currency = 'KRW') =>
  ({ type: 'credit', reference: 'T-1', amount, currency, circumstances: circumstances() }) as const;
const credited = (amount: string, balance: string) =>
  create(TopUpCreditedSchema, { agreementId: 'AGR-1', reference: 'T-1', amount, balance, currency: 'KRW' });
const low = (balance: string, daysLeft?: number) =>
  create(LowBalanceReachedSchema, { ...said, balance, daysLeft });
const emergency = (balance: string) =>
  create(EmergencyCreditUsedSchema, { ...said, balance, emergencyCredit: '5000' });
const exhausted = (balance: string, from = WEDNESDAY_NOON) =>
  create(BalanceExhaustedSchema, { ...said, balance, disconnectableFrom: timestampFromMs(from) });
const restored = (balance: string, isLow: boolean) =>
  create(BalanceRestoredSchema, { ...said, balance, low: isLow });
const settle = (total: string, carriedTo?: string, billId = 'BILL-1') =>
  ({ type: 'settle', billId, total, carriedTo, currency: 'KRW', circumstances: circumstances() }) as const;
const settled = (total: string, drawn: string, adjustment: string, balance: string) =>
  create(PrepaymentSettledSchema, {
    ...ofPeriod,
    billId: 'BILL-1',
    billTotal: total,
    drawn,
    adjustment,
    balance,
  });
const carried = (total: string, drawn: string, adjustment: string, billId = 'BILL-1') =>
  create(PrepaymentSettledSchema, {
    ...settled(total, drawn, adjustment, '99000'),
    billId,
    carriedTo: '2025-11-01',
  });

describe('drawing usage', () => {
  it('takes of each day what it adds to the total of the period, in order', () => {
    given(opened('100000'))
      .when(drawing([1000, 1200]))
      .then(charged(1, '1000', '1000', '99000'), charged(2, '1200', '2200', '97800'));
  });

  it('goes on where it stopped, and does nothing twice', () => {
    const history = [opened('100000'), charged(1, '1000', '1000', '99000')];
    given(...history)
      .when(drawing([1000]))
      .thenNothing();
    given(...history)
      .when(drawing([1000, 1200]))
      .then(charged(2, '1200', '2200', '97800'));
  });

  it('gives back what a day takes off the total', () => {
    given(opened('100000'), charged(1, '1000', '1000', '99000'))
      .when(drawing([1000, -300]))
      .then(charged(2, '-300', '700', '99300'));
  });

  it('draws the difference where a later version of a day changes the charge, before any new day', () => {
    given(opened('100000'), charged(1, '1000', '1000', '99000'), charged(2, '1200', '2200', '97800'))
      .when(drawing([1500, 1200, 100], { versions: [2n] }))
      .then(
        create(DailyUsageCorrectedSchema, {
          ...ofPeriod,
          days: [chargedDay('2025-10-01', 2n)],
          amount: '500',
          toDateTotal: '2700',
          balance: '97300',
        }),
        charged(3, '100', '2800', '97200'),
      );
  });

  it('says which version counts even where it costs the same', () => {
    given(opened('100000'), charged(1, '1000', '1000', '99000'))
      .when(drawing([1000], { versions: [2n] }))
      .then(
        create(DailyUsageCorrectedSchema, {
          ...ofPeriod,
          days: [chargedDay('2025-10-01', 2n)],
          amount: '0',
          toDateTotal: '1000',
          balance: '99000',
        }),
      );
  });

  it('waits while a day that was drawn is no longer complete', () => {
    given(opened('100000'), charged(1, '1000', '1000', '99000'), charged(2, '1200', '2200', '97800'))
      .when(drawing([1500], { versions: [2n] }))
      .thenNothing();
  });

  it('gives back the days that an agreement no longer covers', () => {
    const short = period('2025-10-01', '2025-10-02');
    given(opened('100000'), charged(1, '1000', '1000', '99000'), charged(2, '1200', '2200', '97800'))
      .when(drawing([900], { period: short }))
      .then(
        create(DailyUsageCorrectedSchema, {
          ...ofPeriod,
          period: { start: short.start, end: short.end },
          amount: '-1300',
          toDateTotal: '900',
          balance: '99100',
          daysDropped: 1,
        }),
      );
  });

  it('is refused where the tariff cannot rate, but not what it could rate before', () => {
    const unratable = {
      ...drawing([1000, 1200]),
      totalOf: (days: number) => (days > 1 ? refuse('TARIFF_NOT_EFFECTIVE', 'Not yet.') : '1000'),
    };
    given(opened('100000'))
      .when(unratable)
      .then(charged(1, '1000', '1000', '99000'));
    given(opened('100000'), charged(1, '1000', '1000', '99000'))
      .when(unratable)
      .thenRefused('TARIFF_NOT_EFFECTIVE');
  });
});

describe('a balance', () => {
  it('is told to be low once, below the amount of the policy', () => {
    given(opened('10500'))
      .when(drawing([600]))
      .then(charged(1, '600', '600', '9900'), low('9900', 16));
    given(opened('10500'), charged(1, '600', '600', '9900'), low('9900', 16))
      .when(drawing([600, 600]))
      .then(charged(2, '600', '1200', '9300'));
  });

  it('is told to be low where it lasts less than three days at the rate of the last ones', () => {
    given(opened('100000'))
      .when(drawing([30_000]))
      .then(charged(1, '30000', '30000', '70000'), low('70000', 2));
  });

  it('knows the rate of use from before the period', () => {
    given(opened('100000', { recentCharges: ['30000', '30000', '30000'] }))
      .when(drawing([10_000]))
      .then(charged(1, '10000', '10000', '90000'));
    given(opened('80000', { recentCharges: ['30000', '30000', '30000'] }))
      .when(drawing([10_000]))
      .then(charged(1, '10000', '10000', '70000'), low('70000', 2));
  });

  it('is told to be low again after there was enough', () => {
    const history = [opened('10500'), charged(1, '600', '600', '9900'), low('9900', 16)];
    given(...history)
      .when(topUp('5000'))
      .then(credited('5000', '14900'), restored('14900', false));
    given(...history, credited('5000', '14900'), restored('14900', false))
      .when(drawing([600, 5000]))
      .then(charged(2, '5000', '5600', '9900'), low('9900', 3));
  });

  it('begins the emergency credit at zero, and is exhausted where that is used up', () => {
    given(opened('10000', { low: true }))
      .when(drawing([10_000, 4000]))
      .then(charged(1, '10000', '10000', '0'), emergency('0'), charged(2, '4000', '14000', '-4000'));
    given(opened('-4000', { low: true }))
      .when(drawing([1000]))
      .then(charged(1, '1000', '1000', '-5000'), exhausted('-5000'));
  });

  it('is exhausted at zero where there is no emergency credit in its currency', () => {
    given(opened('100', { currency: 'USD' }))
      .when({ ...drawing([100]), circumstances: circumstances() })
      .then(
        create(DailyUsageChargedSchema, {
          ...ofPeriod,
          currency: 'USD',
          day: chargedDay('2025-10-01'),
          amount: '100',
          toDateTotal: '100',
          balance: '0',
        }),
        create(LowBalanceReachedSchema, { ...said, currency: 'USD', balance: '0', daysLeft: 0 }),
        create(BalanceExhaustedSchema, {
          ...said,
          currency: 'USD',
          balance: '0',
          disconnectableFrom: timestampFromMs(WEDNESDAY_NOON),
        }),
      );
  });

  it('lets nobody be disconnected at night, at weekends or on holidays', () => {
    const friday = Date.parse('2025-10-17T22:00:00+09:00');
    const tuesday = Date.parse('2025-10-21T10:00:00+09:00');
    given(opened('-4000', { low: true }))
      .when(drawing([1000], { circumstances: { now: friday, isHoliday: (date) => date === '2025-10-20' } }))
      .then(charged(1, '1000', '1000', '-5000'), exhausted('-5000', tuesday));
  });

  it('is restored by a top-up, and still low where that is little', () => {
    given(opened('-6000', { low: true, exhausted: true }))
      .when(topUp('7000'))
      .then(credited('7000', '1000'), restored('1000', true));
    given(opened('-6000', { low: true, exhausted: true }))
      .when(topUp('500'))
      .then(credited('500', '-5500'));
  });

  it('takes no other currency', () => {
    given(opened('0')).when(topUp('10', 'EUR')).thenRefused('CURRENCY_MISMATCH');
  });
});

describe('a disconnection', () => {
  const nothingLeft = opened('-6000', { low: true, exhausted: true });
  const ask = (now = WEDNESDAY_NOON) =>
    ({ type: 'request-disconnection', circumstances: circumstances({ now }) }) as const;
  const supply = { agreementId: 'AGR-1', customerId: 'CUST-1', usagePointId: 'UP-1' };
  const requested = create(DisconnectionRequestedSchema, {
    ...supply,
    requestId: `PREPAY-AGR-1-${WEDNESDAY_NOON}`,
    amount: '6000',
    currency: 'KRW',
    reason: 'The prepaid credit of agreement AGR-1 is exhausted.',
    requestedAt: timestampFromMs(WEDNESDAY_NOON),
    requestedBy: 'prepayment-policy',
  });

  const withdrawn = (reason: string) =>
    create(DisconnectionRequestWithdrawnSchema, {
      ...supply,
      requestId: requested.requestId,
      reason,
      withdrawnAt: timestampFromMs(WEDNESDAY_NOON),
      withdrawnBy: 'prepayment-policy',
    });

  it('is asked for once', () => {
    given(nothingLeft).when(ask()).then(requested);
    given(nothingLeft, requested).when(ask()).thenNothing();
  });

  it('is not asked for in protected hours, nor while there is credit', () => {
    given(nothingLeft)
      .when(ask(Date.parse('2025-10-15T22:00:00+09:00')))
      .thenNothing();
    given(opened('-4000', { low: true }))
      .when(ask())
      .thenNothing();
  });

  it('is taken back where there is credit again', () => {
    given(nothingLeft, requested)
      .when(topUp('20000'))
      .then(
        credited('20000', '14000'),
        withdrawn('There is prepaid credit again.'),
        restored('14000', false),
      );
    given(nothingLeft, requested).when(topUp('500')).then(credited('500', '-5500'));
  });

  it('is taken back where something speaks against it, and asked for anew once that is over', () => {
    const now = WEDNESDAY_NOON;
    const withdraw = { type: 'withdraw-disconnection', reason: 'ventilator', now } as const;
    given(nothingLeft, requested).when(withdraw).then(withdrawn('ventilator'));
    given(nothingLeft).when(withdraw).thenNothing();
    given(nothingLeft, requested, withdrawn('ventilator')).when(ask()).then(requested);
  });

  it('is taken back where the prepayment ends, and goes on with a balance that goes on', () => {
    const typesAfter = (continuedIn: string) => {
      const state = fold(prepaymentDecider, [nothingLeft, requested]);
      const events = prepaymentDecider.decide({ type: 'close', continuedIn, now: WEDNESDAY_NOON }, state);
      return (events as PrepaymentEvent[]).map(({ $typeName }) => $typeName.split('.').at(-1));
    };
    expect(typesAfter('')).toEqual(['DisconnectionRequestWithdrawn', 'PrepaymentClosed']);
    expect(typesAfter('2025-11-01')).toEqual(['PrepaymentClosed']);
  });
});

describe('the end of a period', () => {
  const drawn = [opened('100000'), charged(1, '1000', '1000', '99000')];
  const closed = create(PrepaymentClosedSchema, {
    agreementId: 'AGR-1',
    period: dates,
    balance: '99000',
    continuedIn: '2025-11-01',
  });

  it('moves the balance on, once', () => {
    given(...drawn)
      .when({ type: 'close', continuedIn: '2025-11-01', now: WEDNESDAY_NOON })
      .then(closed);
    given(...drawn, closed)
      .when({ type: 'close', continuedIn: '2025-11-01', now: WEDNESDAY_NOON })
      .thenNothing();
    given(...drawn, closed)
      .when(drawing([1000, 1000]))
      .thenNothing();
    given(...drawn, closed)
      .when(topUp('1000'))
      .thenRefused('PREPAYMENT_NOT_OPEN');
  });

  it('leaves credit that is given back once, after the last bill, and no more than there is', () => {
    const ended = create(PrepaymentClosedSchema, { ...closed, continuedIn: '' });
    const bill = settled('1010', '1000', '10', '98990');
    const now = WEDNESDAY_NOON;
    const refund = { type: 'refund', method: 'bank-transfer', reason: 'moved out', by: 'lee', now } as const;
    const refunded = (amount: string, balance: string) =>
      create(PrepaymentRefundedSchema, {
        ...{ agreementId: 'AGR-1', customerId: 'CUST-1', currency: 'KRW', amount, balance },
        ...{ method: 'bank-transfer', reason: 'moved out', refundedBy: 'lee' },
        refundedAt: timestampFromMs(now),
      });
    given(...drawn, ended, bill)
      .when(refund)
      .then(refunded('98990', '0'));
    given(...drawn, ended, bill)
      .when({ ...refund, amount: '90' })
      .then(refunded('90', '98900'));
    for (const amount of ['98991', '1'])
      given(...drawn, ended, bill, ...(amount === '1' ? [refunded('98990', '0')] : []))
        .when({ ...refund, amount })
        .thenRefused('MORE_THAN_HELD');
    for (const history of [drawn, [...drawn, closed], [...drawn, ended], [...drawn, closed, bill]])
      given(...history)
        .when(refund)
        .thenRefused('PREPAYMENT_NOT_ENDED');
    given(...drawn, ended, bill)
      .when({ ...refund, amount: '-5' })
      .thenRefused('AMOUNT_INVALID');
  });

  it('settles what was drawn against the bill, to the won', () => {
    given(...drawn)
      .when(settle('1010'))
      .then(settled('1010', '1000', '10', '98990'));
    given(...drawn, settled('1010', '1000', '10', '98990'))
      .when(settle('1010'))
      .thenNothing();
  });

  it('leaves the difference to the period that goes on with the balance', () => {
    given(...drawn, closed)
      .when(settle('1010', '2025-11-01'))
      .then(carried('1010', '1000', '10'));
    given(opened('99000'))
      .when({ type: 'carry', billId: 'BILL-1', amount: '10', circumstances: circumstances() })
      .then(
        create(BalanceAdjustedSchema, {
          agreementId: 'AGR-1',
          billId: 'BILL-1',
          amount: '10',
          balance: '98990',
          currency: 'KRW',
        }),
      );
  });

  it('settles against the bill that replaces another', () => {
    given(...drawn, closed, carried('1010', '1000', '10'))
      .when(settle('950', '2025-11-01', 'BILL-1-R2'))
      .then(carried('950', '1010', '-60', 'BILL-1-R2'));
  });

  it('is refused where there is no prepayment', () => {
    given().when(settle('1010')).thenRefused('PREPAYMENT_NOT_OPEN');
  });
});
