import { beforeEach, describe, expect, it } from '@jest/globals';
import { CreditSource } from '@metermesh/contracts';
import fc from 'fast-check';
import { decimalString, exact, sum, type Exact } from '../rating/exact.ts';
import { SmallAccount } from './account.test-kit.ts';
import { bill, issued, NOW, policy } from './receivables.test-kit.ts';

let account: SmallAccount;
beforeEach(() => {
  account = new SmallAccount();
});
const openOn = (...bills: string[]) => bills.map((id) => decimalString(account.openOn(id)));
const creditOf = (reference: string) => decimalString(account.creditOf(reference));

describe('an account', () => {
  it('pays the oldest bill first, in part where the money does not reach', () => {
    account.issueBill('B-2', 20_000, '2026-12-25');
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '15000');
    account.settle();
    expect(openOn('B-1', 'B-2')).toEqual(['0', '18000']);
  });

  it('pays the bill that the payment names first', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.issueBill('B-2', 20_000, '2026-12-25');
    account.pay('P-1', '25000', 'B-2');
    account.settle();
    expect(openOn('B-1', 'B-2')).toEqual(['8000', '0']);
  });

  it('keeps what is too much as credit, and pays the next bill with it', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '15000');
    account.settle();
    expect([...openOn('B-1'), creditOf('P-1')]).toEqual(['0', '4000']);
    account.issueBill('B-2', 20_000, '2026-12-25');
    account.settle();
    expect([...openOn('B-2'), creditOf('P-1')]).toEqual(['18000', '0']);
  });

  it('pays nothing in another currency', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '15000', '', { currency: 'EUR' });
    account.settle();
    expect([...openOn('B-1'), creditOf('P-1')]).toEqual(['11000', '15000']);
  });

  it('pays a prepaid bill from what was drawn for it, and gives its credit to no other bill', () => {
    account.issueBill('B-0', 30_000, '2026-10-25');
    account.issue(issued({ ...bill, billId: 'B-1', total: '11000' }, '10000', '1000'), '11000');
    account.issue(issued({ ...bill, billId: 'B-2', total: '-5000' }, '-5000', '0'), '-5000');
    account.settle();
    expect(openOn('B-0', 'B-1', 'B-2')).toEqual(['33000', '0', '0']);
  });

  it('decides nothing where all is settled', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '15000');
    account.settle();
    const entries = account.journal.length;
    account.settle();
    expect(account.journal).toHaveLength(entries);
  });

  it('moves what paid a bill to the one that replaces it; the rest is credit where that is smaller', () => {
    account.issueBill('B-0', 30_000, '2026-10-25');
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '11000', 'B-1');
    account.settle();
    account.cancel('B-1', 'B-1-R2');
    account.issueBill('B-1-R2', 8_000, '2026-12-25');
    account.settle();
    expect(openOn('B-0', 'B-1', 'B-1-R2')).toEqual(['30800', '0', '0']);
    expect(creditOf('P-1')).toBe('0');
    expect(account.state('receivable', 'B-1').isCancelled).toBe(true);
  });

  it('leaves what paid a bill as credit where nothing else is open', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '11000', 'B-1');
    account.settle();
    account.cancel('B-1', 'B-1-R2');
    account.issueBill('B-1-R2', 8_000, '2026-12-25');
    account.settle();
    expect([...openOn('B-1', 'B-1-R2'), creditOf('P-1')]).toEqual(['0', '0', '2200']);
  });

  it('pays the bill that counts where a payment names one that was replaced', () => {
    account.issueBill('B-0', 30_000, '2026-10-25');
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.cancel('B-1', 'B-1-R2');
    account.issueBill('B-1-R2', 8_000, '2026-12-25');
    account.pay('P-1', '8800', 'B-1');
    account.settle();
    expect(openOn('B-0', 'B-1-R2')).toEqual(['33000', '0']);
  });

  it('opens again what a payment that went back had paid', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.pay('P-1', '15000');
    account.settle();
    account.reverse('P-1');
    expect([...openOn('B-1'), creditOf('P-1')]).toEqual(['11000', '0']);
    expect(decimalString(account.booked('cash:card'))).toBe('0');
  });

  it('pays open bills with a bill of credit, and takes that back where either is cancelled', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.issueBill('B-2', -4_000, '2026-12-25');
    account.settle();
    expect(openOn('B-1', 'B-2')).toEqual(['6600', '0']);
    account.cancel('B-1');
    account.settle();
    expect(openOn('B-1', 'B-2')).toEqual(['0', '-4400']);
  });

  it('pays from a deposit where it is told to, and gives it back where the bill is cancelled', () => {
    const deposit = { depositId: 'D-1', on: '2026-01-01', at: NOW, by: 'kim' };
    const received = {
      type: 'receive',
      customerId: 'CUST-1',
      amount: '6000',
      currency: 'KRW',
      method: 'card',
    } as const;
    account.decide('deposit', 'D-1', { ...deposit, ...received });
    account.issueBill('B-1', 10_000, '2026-11-25');
    account.settle();
    expect(openOn('B-1')).toEqual(['11000']);
    account.apply('D-1', 'B-1');
    expect([...openOn('B-1'), decimalString(account.state('deposit', 'D-1').held)]).toEqual(['5000', '0']);
    account.cancel('B-1');
    account.settle();
    expect(decimalString(account.state('deposit', 'D-1').held)).toBe('6000');
  });

  it('owes nothing more on a bill that was given up and then cancelled', () => {
    account.issueBill('B-1', 10_000, '2026-11-25');
    const { pauses, lateFee, ...bill } = account.bills.get('B-1')!;
    account.decide('receivable', 'B-1', { type: 'writeOff', bill, reason: 'bankrupt', by: 'lee', at: NOW });
    account.cancel('B-1');
    account.settle();
    expect(openOn('B-1')).toEqual(['0']);
    expect(decimalString(account.booked('bad-debt'))).toBe('0');
  });

  it('corrects the late fee before it takes money that was there in time', () => {
    account.issueBill('B-1', 100_000, '2026-10-25');
    assess(account, 'B-1', '2026-11-25');
    expect(openOn('B-1')).toEqual(['111650']);
    account.pay('P-1', '111650', '', { receivedOn: '2026-10-28' });
    account.settle();
    expect([...openOn('B-1'), creditOf('P-1')]).toEqual(['0', '1491']);
  });
});

function assess(account: SmallAccount, billId: string, on: string): void {
  const { lateFee, pauses, cancelled, prepaid, ...bill } = account.bills.get(billId)!;
  const rules = { policyId: 'small', policy: lateFee!, pauses, on, at: NOW };
  if (!cancelled && !prepaid) account.decide('receivable', billId, { type: 'assessLateFee', bill, ...rules });
}

type Step = (account: SmallAccount) => void;

/** Whatever may happen to an account, on a handful of bills, payments and deposits. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(fc.nat(5), fc.integer({ min: -50_000, max: 60_000 }), fc.nat(90), currency())
    .map(([number, net, days, money]): Step => (each) => {
      const id = `B-${number}`;
      const dueOn = new Date(Date.parse('2026-09-01') + days * 86_400_000).toISOString().slice(0, 10);
      if (!each.bills.has(id)) each.issueBill(id, net, dueOn, money);
    }),
  fc
    .tuple(fc.nat(5), fc.integer({ min: 1, max: 80_000 }), fc.nat(6), fc.nat(90), currency())
    .map(([number, won, named, days, money]): Step => (each) => {
      const receivedOn = new Date(Date.parse('2026-08-25') + days * 86_400_000).toISOString().slice(0, 10);
      each.pay(`P-${number}`, String(won), `B-${named}`, { currency: money, receivedOn });
    }),
  fc.nat(5).map(
    (number): Step =>
      (each) =>
        each.reverse(`P-${number}`),
  ),
  fc.tuple(fc.nat(5), fc.integer({ min: 0, max: 60_000 })).map(([number, net]): Step => (each) => {
    const bill = each.bills.get(`B-${number}`);
    if (!bill || bill.cancelled) return;
    each.cancel(bill.billId, `${bill.billId}-R2`);
    each.issueBill(`${bill.billId}-R2`, net, '2026-12-25', bill.currency);
  }),
  fc.tuple(fc.nat(5), fc.nat(90)).map(([number, days]): Step => (each) => {
    const on = new Date(Date.parse('2026-10-01') + days * 86_400_000).toISOString().slice(0, 10);
    if (each.bills.has(`B-${number}`)) assess(each, `B-${number}`, on);
  }),
  fc.tuple(fc.nat(5), fc.boolean()).map(([number, isWaiver]): Step => (each) => {
    const bill = each.bills.get(`B-${number}`);
    if (!bill || bill.cancelled) return;
    const command = { bill, reason: 'x', by: 'lee', at: NOW };
    each.decide('receivable', bill.billId, { ...command, type: isWaiver ? 'waiveLateFee' : 'writeOff' });
  }),
  fc
    .tuple(fc.nat(2), fc.integer({ min: 1, max: 30_000 }), fc.nat(5))
    .map(([number, won, named]): Step => (each) => {
      const deposit = { depositId: `D-${number}`, on: '2026-10-01', at: NOW, by: 'kim' };
      const received = { customerId: 'CUST-1', amount: String(won), currency: 'KRW', method: 'card' };
      each.decide('deposit', deposit.depositId, { ...deposit, ...received, type: 'receive' });
      const bill = each.bills.get(`B-${named}`);
      if (bill && !bill.cancelled && bill.currency === 'KRW') each.apply(deposit.depositId, bill.billId);
    }),
  fc.nat(2).map((number): Step => (each) => {
    const deposit = { depositId: `D-${number}`, on: '2026-11-20', at: NOW, by: 'kim' };
    const interest = { type: 'creditInterest', policyId: 'small', policy: policy.depositInterest! } as const;
    each.decide('deposit', deposit.depositId, { ...deposit, ...interest });
    each.decide('deposit', deposit.depositId, {
      ...deposit,
      type: 'refund',
      method: 'card',
      reason: 'moved',
    });
  }),
);

function currency() {
  return fc.constantFrom('KRW', 'KRW', 'KRW', 'EUR');
}

describe('whatever happens to an account', () => {
  // Long enough to meet: what was settled with, cancelled, sent back.
  const settled = fc.tuple(step, fc.boolean()).map(([one, settles]): Step => (each) => {
    one(each);
    if (settles) each.settle();
  });
  const some = fc.array(settled, { minLength: 10, maxLength: 60, size: 'max' });
  const played = (steps: readonly Step[]) => {
    const each = new SmallAccount();
    for (const one of steps) one(each);
    return each;
  };
  const total = (amounts: Exact[]) => decimalString(sum(amounts));
  const references = Array.from({ length: 6 }, (_, number) => `P-${number}`);

  it('every entry adds up to nothing, in one currency', () => {
    fc.assert(
      fc.property(some, (steps) => {
        for (const { postings } of played(steps).journal)
          expect(total(postings.map(({ amount }) => exact(amount)))).toBe('0');
      }),
    );
  });

  it('what the journal says is owed is what is open on the bills; its credit is what payments have left', () => {
    fc.assert(
      fc.property(some, fc.constantFrom('KRW', 'EUR'), (steps, money) => {
        const each = played(steps);
        const bills = [...each.bills.values()].filter((bill) => bill.currency === money);
        expect(total(bills.map(({ billId }) => each.openOn(billId)))).toBe(
          decimalString(each.booked('accounts-receivable:CUST-1', money)),
        );
        const paid = references.filter((id) => each.state('payment', id).received?.currency === money);
        expect(total(paid.map((id) => each.creditOf(id)))).toBe(
          decimalString(each.booked('customer-credit:CUST-1', money).negated()),
        );
        const held = [0, 1, 2].map((number) => each.state('deposit', `D-${number}`).held);
        if (money === 'KRW')
          expect(total(held)).toBe(decimalString(each.booked('deposits-held:CUST-1', money).negated()));
      }),
    );
  });

  it('what a payment gave is what the bills got of it, and never more than it was', () => {
    fc.assert(
      fc.property(some, (steps) => {
        const each = played(steps);
        for (const reference of references) {
          const payment = each.state('payment', reference);
          expect(each.creditOf(reference).isNegative()).toBe(false);
          for (const billId of each.bills.keys()) {
            const got = each
              .state('receivable', billId)
              .settlements.filter(
                ({ source, sourceId }) => source === CreditSource.PAYMENT && sourceId === reference,
              );
            expect(total(got.map(({ amount }) => amount))).toBe(
              decimalString(payment.allocated.get(billId) ?? exact(0)),
            );
          }
        }
      }),
    );
  });

  it('once it is settled nothing is open beside credit of the same currency, cancelled bills are closed, and settling again does nothing', () => {
    fc.assert(
      fc.property(some, (steps) => {
        const each = played(steps);
        each.settle();
        for (const money of ['KRW', 'EUR']) {
          const bills = [...each.bills.values()].filter((bill) => bill.currency === money);
          const isOpen = bills.some(({ billId }) => each.openOn(billId).greaterThan(0));
          const hasCredit =
            references.some(
              (id) =>
                each.state('payment', id).received?.currency === money && each.creditOf(id).greaterThan(0),
            ) || bills.some(({ billId }) => each.openOn(billId).lessThan(0));
          expect(isOpen && hasCredit).toBe(false);
        }
        for (const { billId, cancelled } of each.bills.values())
          if (cancelled) expect(decimalString(each.openOn(billId))).toBe('0');
        const entries = each.journal.length;
        each.settle();
        expect(each.journal).toHaveLength(entries);
      }),
    );
  });
});
