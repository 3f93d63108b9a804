import { timestampDate } from '@bufbuild/protobuf/wkt';
import { decodeEvent } from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { PrepaymentEvent } from '../domain/prepayment/prepayment.ts';
import { prepaymentEntry } from '../projections/prepayment-entry.ts';
import { checkSettlements } from './prepayment-checks.table.ts';
import { PREPAYMENT_CATEGORY, prepaymentOf } from './prepayment-stream.ts';

/** Bills come in thousands: their streams alone say which period they are of. */
const OF_BILLS = new Set(['metermesh.billing.v1.BillIssued', 'metermesh.billing.v1.BillCancelled']);

/** Which periods of prepaid agreements there are, where a disconnection is due, and what changed each balance. */
export const prepaymentProjection: Projection = {
  name: 'prepayment',
  categories: [PREPAYMENT_CATEGORY, 'billing-cycle'],
  async apply(client, events) {
    const [ofPrepayments, ofCycles] = [true, false].map((wanted) =>
      events.filter(({ stream }) => (stream.category === PREPAYMENT_CATEGORY) === wanted),
    ) as [RecordedEvent[], RecordedEvent[]];
    for (const recorded of ofPrepayments) {
      const event = decodeEvent<PrepaymentEvent>(recorded);
      await addEntry(client, recorded, event);
      await noteWhetherDue(client, recorded, event);
    }
    const billed = ofCycles
      .filter(({ type }) => OF_BILLS.has(type))
      .map(({ stream }) => prepaymentOf(stream));
    await checkSettlements(client, billed);
  },
};

async function addEntry(
  client: pg.PoolClient,
  recorded: RecordedEvent,
  event: PrepaymentEvent,
): Promise<void> {
  const entry = prepaymentEntry(event);
  if (!entry) return;
  await client.query(
    `INSERT INTO prepayment_entry (agreement_id, position, kind, amount, balance, to_date_total, local_date, reference, recorded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
    [
      event.agreementId,
      recorded.position,
      entry.kind,
      entry.amount,
      entry.balance,
      entry.toDateTotal ?? null,
      entry.date ?? null,
      entry.reference ?? null,
      recorded.recordedAt,
    ],
  );
}

async function noteWhetherDue(
  client: pg.PoolClient,
  { stream }: RecordedEvent,
  event: PrepaymentEvent,
): Promise<void> {
  const due = disconnectFrom(event);
  if (due === undefined) return;
  const { agreementId, periodStart } = prepaymentOf(stream);
  await client.query(
    `INSERT INTO prepayment (agreement_id, period_start, disconnect_from) VALUES ($1, $2, $3)
     ON CONFLICT (agreement_id, period_start) DO UPDATE SET disconnect_from = EXCLUDED.disconnect_from`,
    [agreementId, periodStart, due],
  );
}

/** From when on a disconnection may be asked for after the event; null: not at all, undefined: the event does not change it. */
function disconnectFrom(event: PrepaymentEvent): Date | null | undefined {
  switch (event.$typeName) {
    case 'metermesh.billing.v1.PrepaymentOpened':
      return event.exhausted && !event.disconnectionRequestId && event.disconnectableFrom
        ? timestampDate(event.disconnectableFrom)
        : null;
    case 'metermesh.billing.v1.BalanceExhausted':
      return event.disconnectableFrom ? timestampDate(event.disconnectableFrom) : null;
    // Credit that takes it back says next that the balance is restored; whatever else does is looked at anew.
    case 'metermesh.billing.v1.DisconnectionRequestWithdrawn':
      return timestampDate(event.withdrawnAt!);
    case 'metermesh.billing.v1.BalanceRestored':
    case 'metermesh.billing.v1.DisconnectionRequested':
    case 'metermesh.billing.v1.PrepaymentClosed':
      return null;
    default:
      return undefined;
  }
}
