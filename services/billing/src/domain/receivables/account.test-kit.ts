import { create, type Message } from '@bufbuild/protobuf';
import { BillCancelledSchema, type BillIssued } from '@metermesh/contracts';
import { fold, isRefusal, type Decider } from '@metermesh/decider';
import { exact, type Exact } from '../rating/exact.ts';
import { applyDeposit, reversePayment, settleAccount, type AccountBill } from './account.ts';
import {
  bookDeciders,
  Books,
  type BookCommand,
  type BookKey,
  type BookKind,
  type BookState,
} from './books.ts';
import { journalEntry, reversal, type JournalEntry, type MoneyEvent } from './journal-entry.ts';
import { unallocated } from './payment.ts';
import { open } from './receivable.ts';
import { issued, NOW, policy } from './receivables.test-kit.ts';

/** One customer's account as the service keeps it, in memory: streams folded, and every event of them in the journal. */
export class SmallAccount {
  readonly bills = new Map<string, AccountBill>();
  readonly journal: JournalEntry[] = [];
  readonly present = { on: '2026-11-23', at: NOW };
  readonly #states = new Map<string, BookKey & { state: unknown }>();
  readonly #bookedBills = new Map<string, JournalEntry>();
  customerId = 'CUST-1';

  issue(event: BillIssued, prepaid?: string): void {
    const { billId, agreementId, customerId, usagePointId, tariffId, currency, total, dueOn } = event;
    const facts = { billId, agreementId, customerId, usagePointId, tariffId, currency, total, dueOn };
    this.bills.set(billId, {
      ...facts,
      pauses: [],
      lateFee: policy.lateFee!,
      ...(prepaid !== undefined && { prepaid }),
    });
    const entry = journalEntry(event)!;
    this.#bookedBills.set(billId, entry);
    this.journal.push(entry);
  }

  /** A bill of a net charge and 10 % tax on it. */
  issueBill(billId: string, net: number, dueOn: string, currency = 'KRW'): void {
    const tax = Math.round(net / 10);
    const facts = { ...{ billId, agreementId: 'AGR-1', customerId: this.customerId, usagePointId: 'UP-1' } };
    const total = String(net + tax);
    this.issue(
      issued(
        { ...facts, tariffId: 'kepco/residential-low-voltage', currency, total, dueOn },
        String(net),
        String(tax),
      ),
    );
  }

  cancel(billId: string, replacedBy = ''): void {
    const bill = this.bills.get(billId)!;
    this.bills.set(billId, { ...bill, cancelled: { replacedBy } });
    this.journal.push(
      reversal(this.#bookedBills.get(billId)!, create(BillCancelledSchema, { billId, reason: 'wrong' })),
    );
  }

  pay(
    reference: string,
    amount: string,
    billId = '',
    over: { currency?: string; receivedOn?: string } = {},
  ): void {
    const payment = {
      reference,
      amount,
      currency: 'KRW',
      receivedOn: '2026-11-20',
      method: 'card',
      billId,
      ...over,
    };
    this.decide('payment', reference, {
      ...{
        type: 'receive',
        payment: { ...payment, accountReference: '' },
        payee: { customerId: this.customerId },
      },
      ...{ at: NOW, by: 'kim' },
    });
  }

  settle(): void {
    const payments = this.#idsOf('payment');
    this.#together((books) =>
      settleAccount(books, { bills: [...this.bills.values()], payments }, this.present),
    );
  }

  reverse(reference: string): void {
    this.#together(
      (books) =>
        reversePayment(books, reference, [...this.bills.values()], { reason: 'bounced', by: 'kim', at: NOW }),
      { kind: 'payment', id: reference },
    );
  }

  apply(depositId: string, billId: string): void {
    this.#together(
      (books) => applyDeposit(books, depositId, this.bills.get(billId)!, undefined, this.present),
      { kind: 'deposit', id: depositId },
    );
  }

  /** Whether something was decided; refusals change nothing. */
  decide<Kind extends BookKind>(kind: Kind, id: string, command: BookCommand<Kind>): boolean {
    const books = this.#books({ kind, id });
    const decided = books.decide(kind, id, command);
    this.#record(books);
    return !isRefusal(decided) && decided.length > 0;
  }

  state<Kind extends BookKind>(kind: Kind, id: string): BookState<Kind> {
    return (this.#states.get(`${kind} ${id}`)?.state ?? bookDeciders[kind].initialState) as BookState<Kind>;
  }

  openOn(billId: string): Exact {
    const { cancelled, ...bill } = this.bills.get(billId)!;
    return open(this.state('receivable', billId), { total: cancelled ? '0' : bill.total });
  }

  creditOf(reference: string): Exact {
    return unallocated(this.state('payment', reference));
  }

  /** What the journal says of an account: debits less credits. */
  booked(account: string, currency = 'KRW'): Exact {
    return this.journal
      .filter((entry) => entry.currency === currency)
      .flatMap(({ postings }) => postings)
      .filter((posting) => posting.account === account)
      .reduce((total, { amount }) => total.plus(amount), exact(0));
  }

  #idsOf(kind: BookKind): string[] {
    return [...this.#states.values()].filter((each) => each.kind === kind).map(({ id }) => id);
  }

  #books(...more: BookKey[]): Books {
    const keys: BookKey[] = [
      ...[...this.bills.keys()].map((id) => ({ kind: 'receivable' as const, id })),
      ...more,
    ];
    const known = keys.map((key) => ({ ...key, state: this.state(key.kind, key.id) as unknown }));
    return new Books([...known, ...this.#states.values()]);
  }

  #together(work: (books: Books) => unknown, ...more: BookKey[]): void {
    const books = this.#books(...more);
    work(books);
    this.#record(books);
  }

  #record(books: Books): void {
    for (const { kind, id, events } of books.decisions()) {
      const decider = bookDeciders[kind] as unknown as Decider<unknown, unknown, Message>;
      this.#states.set(`${kind} ${id}`, {
        kind,
        id,
        state: fold(decider, events, this.state(kind, id) as unknown),
      });
      for (const event of events) {
        const entry = journalEntry(event as MoneyEvent);
        if (entry) this.journal.push(entry);
      }
    }
  }
}
