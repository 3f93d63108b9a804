import { timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import {
  decodeEvent,
  type BillCancelled,
  type BillDisputed,
  type BillDisputeResolved,
  type BillIssued,
  type PrepaymentSettled,
} from '@metermesh/contracts';
import { renderStreamName, type RecordedEvent } from '@metermesh/event-store';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { DisconnectionProtectionEvent } from '../domain/receivables/disconnection-protection.ts';
import { journalEntry, reversal, type MoneyEvent } from '../domain/receivables/journal-entry.ts';
import type { PaymentEvent } from '../domain/receivables/payment.ts';
import { noteUnsettled } from './accounts-to-settle.table.ts';
import { raiseExceptions, resolveExceptions } from './billing-exceptions.table.ts';
import { changeDeposit } from './deposits.table.ts';
import { addDunningStep, changeProtection } from './dunning.table.ts';
import { changeInstalmentPlan } from './instalment-plans.table.ts';
import { book, issueEntries, type Booking } from './journal.table.ts';
import { changePayment } from './payments.table.ts';
import { checkPrepaymentsOf } from './prepayment-checks.table.ts';
import {
  addReceivables,
  beginPause,
  cancelReceivable,
  changeReceivable,
  endPause,
} from './receivables.table.ts';
import { addSettlement } from './settlements.table.ts';

type Event =
  | MoneyEvent
  | BillCancelled
  | BillDisputed
  | BillDisputeResolved
  | DisconnectionProtectionEvent
  | PrepaymentSettled;

interface Heard {
  readonly recorded: RecordedEvent;
  readonly event: Event;
}

const DISPUTE = 'dispute';
/** Of cycles: what bears on money. The others are many, and long. */
const OF_CYCLES = new Set(['BillIssued', 'BillCancelled', 'BillDisputed', 'BillDisputeResolved']);

/** Keeps the journal, and the tables of what is owed and paid. Bills, which come in thousands, are written in bulk. */
export const receivablesProjection: Projection = {
  name: 'receivables',
  categories: [
    'billing-cycle',
    'receivable',
    'payment',
    'deposit',
    'instalment-plan',
    'disconnection-protection',
    'prepayment',
  ],
  async apply(client, events) {
    const heard = events
      .filter(isHeard)
      .map((recorded) => ({ recorded, event: decodeEvent<Event>(recorded) }));
    const issued = heard.map(({ event }) => event).filter(isIssued);
    await addReceivables(client, issued);
    const others = heard.filter(({ event }) => !isIssued(event));
    for (const each of others) await change(client, each);
    await book(client, await bookingsOf(client, heard));
    const customers = heard.flatMap(({ event }) =>
      'customerId' in event && event.customerId ? [event.customerId] : [],
    );
    const prepaid = await prepaidCustomers(client, heard);
    await noteUnsettled(client, new Set([...customers, ...prepaid]));
  },
};

function isHeard({ stream, type }: RecordedEvent): boolean {
  return stream.category !== 'billing-cycle' || OF_CYCLES.has(type.slice(type.lastIndexOf('.') + 1));
}

const isIssued = (event: Event): event is BillIssued => event.$typeName === 'metermesh.billing.v1.BillIssued';

async function change(client: pg.PoolClient, { recorded, event }: Heard): Promise<void> {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.BillCancelled':
      return cancelReceivable(client, event);
    case 'metermesh.billing.v1.BillDisputed':
      return beginPause(client, event.billId, DISPUTE, utcDate(event.disputedAt));
    case 'metermesh.billing.v1.BillDisputeResolved':
      return endPause(client, event.billId, DISPUTE, utcDate(event.resolvedAt));
    case 'metermesh.billing.v1.PaymentReceived':
    case 'metermesh.billing.v1.PaymentAssigned':
    case 'metermesh.billing.v1.PaymentReversed':
      await changePayment(client, event);
      return queue(client, recorded, event);
    case 'metermesh.billing.v1.PaymentAllocated':
    case 'metermesh.billing.v1.PaymentReleased':
      return changePayment(client, event);
    case 'metermesh.billing.v1.DepositReceived':
    case 'metermesh.billing.v1.DepositInterestCredited':
    case 'metermesh.billing.v1.DepositApplied':
    case 'metermesh.billing.v1.DepositReleased':
    case 'metermesh.billing.v1.DepositRefunded':
      return changeDeposit(client, event);
    case 'metermesh.billing.v1.InstalmentPlanAgreed':
    case 'metermesh.billing.v1.InstalmentPlanEnded':
      return changeInstalmentPlan(client, event);
    case 'metermesh.billing.v1.DisconnectionProtectionGranted':
    case 'metermesh.billing.v1.DisconnectionProtectionEnded':
      await changeProtection(client, event);
      return checkPrepaymentsOf(client, event.customerId);
    case 'metermesh.billing.v1.PrepaymentSettled':
      return notePrepaid(client, event);
    case 'metermesh.billing.v1.ReceivableSettled':
    case 'metermesh.billing.v1.SettlementReleased':
      await addSettlement(client, event);
      return changeReceivable(client, event);
    case 'metermesh.billing.v1.DunningStepTaken':
      return addDunningStep(client, recorded.id, event);
    default:
      if ('billId' in event && recorded.stream.category === 'receivable')
        await changeReceivable(client, event as Parameters<typeof changeReceivable>[1]);
  }
}

/** Money that nobody knows whose it is has somebody to look at it, until it is assigned or gone. */
async function queue(
  client: pg.PoolClient,
  { stream, recordedAt }: RecordedEvent,
  event: PaymentEvent,
): Promise<void> {
  const subject = renderStreamName(stream);
  if (event.$typeName !== 'metermesh.billing.v1.PaymentReceived')
    return resolveExceptions(client, [subject], recordedAt);
  if (!event.suspenseCode) return;
  await raiseExceptions(
    client,
    [{ subject, code: event.suspenseCode, message: event.suspenseReason }],
    recordedAt,
  );
}

/** In the order of what happened, so that a bill issued and cancelled in one batch is found. */
async function bookingsOf(client: pg.PoolClient, heard: readonly Heard[]): Promise<Booking[]> {
  const cancelled = heard.flatMap(({ event }) =>
    event.$typeName === 'metermesh.billing.v1.BillCancelled' ? [event.billId] : [],
  );
  const issued = cancelled.length > 0 ? await issueEntries(client, cancelled) : new Map<string, never>();
  const bookings: Booking[] = [];
  for (const { recorded, event } of heard) {
    if (event.$typeName === 'metermesh.billing.v1.BillCancelled') {
      const original =
        issued.get(event.billId) ??
        bookings.find(({ entry }) => entry.kind === 'BillIssued' && entry.billId === event.billId)?.entry;
      if (original) bookings.push({ recorded, entry: reversal(original, event) });
      continue;
    }
    const entry = journalEntry(event as MoneyEvent);
    if (entry) bookings.push({ recorded, entry });
  }
  return bookings;
}

async function notePrepaid(client: pg.PoolClient, event: PrepaymentSettled): Promise<void> {
  await client.query(
    `INSERT INTO prepaid_bill (bill_id, agreement_id, amount) VALUES ($1, $2, $3)
     ON CONFLICT (bill_id) DO UPDATE SET amount = EXCLUDED.amount`,
    [event.billId, event.agreementId, event.billTotal],
  );
}

async function prepaidCustomers(client: pg.PoolClient, heard: readonly Heard[]): Promise<string[]> {
  const bills = heard.flatMap(({ event }) =>
    event.$typeName === 'metermesh.billing.v1.PrepaymentSettled' ? [event.billId] : [],
  );
  if (bills.length === 0) return [];
  const { rows } = await client.query<{ customer_id: string }>(
    'SELECT DISTINCT customer_id FROM receivable WHERE bill_id = ANY ($1)',
    [bills],
  );
  return rows.map(({ customer_id }) => customer_id);
}

const utcDate = (instant: Timestamp | undefined): string =>
  new Date(instant ? timestampMs(instant) : 0).toISOString().slice(0, 10);
