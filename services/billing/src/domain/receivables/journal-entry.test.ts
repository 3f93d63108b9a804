import { create } from '@bufbuild/protobuf';
import {
  BillCancelledSchema,
  CreditSource,
  DailyUsageChargedSchema,
  DailyUsageCorrectedSchema,
  DepositReceivedSchema,
  DepositRefundedSchema,
  DunningStepTakenSchema,
  LateFeeChargedSchema,
  LateFeeWaivedSchema,
  PaymentAllocatedSchema,
  PaymentAssignedSchema,
  PaymentReceivedSchema,
  PaymentReversedSchema,
  PrepaymentRefundedSchema,
  PrepaymentSettledSchema,
  ReceivableSettledSchema,
  ReceivableWrittenOffSchema,
  SettlementReleasedSchema,
  TopUpReceivedSchema,
} from '@metermesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { changeOfBalance, journalEntry, reversal, type MoneyEvent } from './journal-entry.ts';
import { bill, issued } from './receivables.test-kit.ts';

const whose = { customerId: 'CUST-1', currency: 'KRW' };
const postingsOf = (event: MoneyEvent) =>
  Object.fromEntries(journalEntry(event)!.postings.map(({ account, amount }) => [account, amount]));

describe('the journal', () => {
  it('books a bill as owed by the customer, earned by the tariff, and collected for others', () => {
    expect(postingsOf(issued({ ...bill, total: '11000' }, '10001', '1003', '-4'))).toEqual({
      'accounts-receivable:CUST-1': '11000',
      'revenue:kepco/residential-low-voltage': '-9997',
      'tax:vat': '-1003',
    });
  });

  it('books a credit the other way round, and nothing for nothing', () => {
    expect(postingsOf(issued({ ...bill, total: '-500' }, '-500', '0'))).toEqual({
      'accounts-receivable:CUST-1': '-500',
      'revenue:kepco/residential-low-voltage': '500',
    });
    expect(journalEntry(issued({ ...bill, total: '0' }, '0', '0'))!.postings).toEqual([]);
  });

  it('takes a cancelled bill back by an entry of its own', () => {
    const entry = journalEntry(issued({ ...bill, total: '11000' }, '10000', '1000'))!;
    const cancelled = reversal(
      entry,
      create(BillCancelledSchema, { ...whose, billId: 'BILL-1', reason: 'meter swapped' }),
    );
    expect(cancelled).toEqual({
      ...entry,
      kind: 'BillCancelled',
      description: 'Bill BILL-1 cancelled: meter swapped',
      postings: [
        { account: 'accounts-receivable:CUST-1', amount: '-11000' },
        { account: 'revenue:kepco/residential-low-voltage', amount: '10000' },
        { account: 'tax:vat', amount: '1000' },
      ],
    });
  });

  const settlement = { ...whose, billId: 'BILL-1', amount: '70', sourceId: 'S-1', valueOn: '2026-11-01' };
  const ofPrepayment = {
    agreementId: 'A',
    period: { start: '2026-11-01', end: '2026-12-01' },
    day: { localDate: '2026-11-01' },
  };
  it.each<[string, MoneyEvent, Record<string, string>]>([
    [
      'money that came in as credit',
      create(PaymentReceivedSchema, { ...whose, amount: '70', method: 'card', reference: 'R' }),
      { 'cash:card': '70', 'customer-credit:CUST-1': '-70' },
    ],
    [
      'money of nobody in suspense',
      create(PaymentReceivedSchema, { currency: 'KRW', amount: '70', method: 'card', reference: 'R' }),
      { 'cash:card': '70', suspense: '-70' },
    ],
    [
      'out of suspense once it is somebody’s',
      create(PaymentAssignedSchema, { ...whose, amount: '70', reference: 'R' }),
      { suspense: '70', 'customer-credit:CUST-1': '-70' },
    ],
    [
      'money that went back',
      create(PaymentReversedSchema, { ...whose, amount: '70', method: 'card', reference: 'R' }),
      { 'customer-credit:CUST-1': '70', 'cash:card': '-70' },
    ],
    [
      'a bill paid from credit',
      create(ReceivableSettledSchema, { ...settlement, source: CreditSource.PAYMENT }),
      { 'customer-credit:CUST-1': '70', 'accounts-receivable:CUST-1': '-70' },
    ],
    [
      'a bill paid from a deposit',
      create(ReceivableSettledSchema, { ...settlement, source: CreditSource.DEPOSIT }),
      { 'deposits-held:CUST-1': '70', 'accounts-receivable:CUST-1': '-70' },
    ],
    [
      'a bill paid from a prepayment',
      create(ReceivableSettledSchema, { ...settlement, source: CreditSource.PREPAYMENT }),
      { 'prepaid-usage:S-1': '70', 'accounts-receivable:CUST-1': '-70' },
    ],
    [
      'a bill that is open again',
      create(SettlementReleasedSchema, { ...settlement, source: CreditSource.PAYMENT, reason: 'bounced' }),
      { 'customer-credit:CUST-1': '-70', 'accounts-receivable:CUST-1': '70' },
    ],
    [
      'a late fee',
      create(LateFeeChargedSchema, { ...whose, billId: 'BILL-1', amount: '70' }),
      { 'accounts-receivable:CUST-1': '70', 'late-fee-revenue': '-70' },
    ],
    [
      'a late fee waived',
      create(LateFeeWaivedSchema, { ...whose, billId: 'BILL-1', amount: '70' }),
      { 'accounts-receivable:CUST-1': '-70', 'late-fee-revenue': '70' },
    ],
    [
      'a debt given up',
      create(ReceivableWrittenOffSchema, { ...whose, billId: 'BILL-1', amount: '70' }),
      { 'bad-debt': '70', 'accounts-receivable:CUST-1': '-70' },
    ],
    [
      'a deposit',
      create(DepositReceivedSchema, { ...whose, depositId: 'D', amount: '70', method: 'card' }),
      { 'cash:card': '70', 'deposits-held:CUST-1': '-70' },
    ],
    [
      'a deposit refunded',
      create(DepositRefundedSchema, { ...whose, depositId: 'D', amount: '70', method: 'card' }),
      { 'cash:card': '-70', 'deposits-held:CUST-1': '70' },
    ],
    [
      'credit bought before use',
      create(TopUpReceivedSchema, { ...whose, agreementId: 'A', amount: '70', reference: 'R' }),
      { 'cash:top-up': '70', 'prepayments-held:A': '-70' },
    ],
    [
      'credit given back',
      create(PrepaymentRefundedSchema, { ...whose, agreementId: 'A', amount: '70', method: 'card' }),
      { 'prepayments-held:A': '70', 'cash:card': '-70' },
    ],
    [
      'usage drawn from a prepayment',
      create(DailyUsageChargedSchema, { ...whose, ...ofPrepayment, amount: '70' }),
      { 'prepayments-held:A': '70', 'prepaid-usage:A': '-70' },
    ],
    [
      'drawn usage that is given back',
      create(DailyUsageCorrectedSchema, { ...whose, ...ofPrepayment, amount: '-70' }),
      { 'prepayments-held:A': '-70', 'prepaid-usage:A': '70' },
    ],
    [
      'what a bill demands beyond what was drawn',
      create(PrepaymentSettledSchema, { ...whose, ...ofPrepayment, billId: 'BILL-1', adjustment: '70' }),
      { 'prepayments-held:A': '70', 'prepaid-usage:A': '-70' },
    ],
  ])('books %s', (_, event, expected) => {
    expect(postingsOf(event)).toEqual(expected);
  });

  it('has no entry for what moves no money: credit of another bill is of the same account', () => {
    expect(journalEntry(create(DunningStepTakenSchema, whose))).toBeUndefined();
    expect(journalEntry(create(PaymentAllocatedSchema, { amount: '1' }))).toBeUndefined();
    expect(
      journalEntry(create(ReceivableSettledSchema, { ...settlement, source: CreditSource.BILL })),
    ).toBeUndefined();
  });

  it('says what the customer owes more or less on the whole', () => {
    const settled = create(ReceivableSettledSchema, { ...settlement, source: CreditSource.PAYMENT });
    const paid = create(PaymentReceivedSchema, { ...whose, amount: '70', method: 'card', reference: 'R' });
    expect(
      [issued(bill, '90000', '10000'), paid, settled].map((event) => changeOfBalance(journalEntry(event)!)),
    ).toEqual(['100000', '-70', '0']);
  });
});
