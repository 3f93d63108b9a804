import {
  decodeEvent,
  type BillingCycleHeld,
  type BillingCycleOpened,
  type BillIssued,
  type HoldReason,
} from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import type { Projection } from '@metermesh/service-kit';
import type pg from 'pg';
import type { BillingCycleEvent } from '../domain/billing-cycle/billing-cycle.ts';
import { setCycleStatus, type CycleKey } from './billing-cycles.table.ts';
import { raiseExceptions, resolveExceptions } from './billing-exceptions.table.ts';
import { cancelBill, setDisputed } from './bills.table.ts';
import { writeClosings, type ClosedCycle } from './closings.table.ts';
import { addProposal, endProposal } from './rebill-proposals.table.ts';

/** Keeps the tables that queries read. */
export const billingProjection: Projection = {
  name: 'billing',
  categories: ['billing-cycle'],
  async apply(client, events) {
    // Cycles do not depend on each other, so what closing many comes to is written at once.
    const closings: ClosedCycle[] = [];
    for (const recorded of Map.groupBy(events, ({ stream }) => stream.id).values()) {
      if (isClosing(recorded)) closings.push(closedCycle(recorded));
      else
        for (const each of recorded)
          await apply(client, decodeEvent<BillingCycleEvent>(each), each.recordedAt);
    }
    await writeClosings(client, closings);
  },
};

const OPENED = 'metermesh.billing.v1.BillingCycleOpened';
const HELD = 'metermesh.billing.v1.BillingCycleHeld';
const FIXED = 'metermesh.billing.v1.BillingDeterminantsFixed';
const ISSUED = 'metermesh.billing.v1.BillIssued';

/** Whether events of one cycle are nothing but its being closed, once: it is opened, and then held or billed. */
function isClosing(events: readonly RecordedEvent[]): boolean {
  const [first, ...others] = events.map(({ type }) => type).filter((type) => type !== FIXED);
  const ends = first === OPENED ? others : [first, ...others];
  return ends.length <= 1 && ends.every((type) => type === HELD || type === ISSUED || type === undefined);
}

function closedCycle(events: readonly RecordedEvent[]): ClosedCycle {
  const closing: { -readonly [Key in keyof ClosedCycle]: ClosedCycle[Key] } = {
    recordedAt: events[0]!.recordedAt,
  };
  for (const recorded of events) {
    if (recorded.type === OPENED) closing.opened = decodeEvent<BillingCycleOpened>(recorded);
    if (recorded.type === FIXED) closing.fixed = recorded;
    if (recorded.type === HELD) closing.held = decodeEvent<BillingCycleHeld>(recorded);
    if (recorded.type === ISSUED) closing.issued = decodeEvent<BillIssued>(recorded);
    if (recorded.type === HELD || recorded.type === ISSUED) closing.recordedAt = recorded.recordedAt;
  }
  return closing;
}

async function apply(client: pg.PoolClient, event: BillingCycleEvent, at: Date): Promise<void> {
  switch (event.$typeName) {
    case OPENED:
      return writeClosings(client, [{ opened: event, recordedAt: at }]);
    case HELD:
      return writeClosings(client, [{ held: event, recordedAt: at }]);
    case FIXED:
      return;
    case ISSUED:
      return writeClosings(client, [{ issued: event, recordedAt: at }]);
    case 'metermesh.billing.v1.BillingCycleReleased':
      await client.query(
        `UPDATE billing_cycle SET status = CASE status WHEN 'HELD' THEN 'OPEN' ELSE status END, hold_reasons = '[]'
         WHERE agreement_id = $1 AND period_start = $2`,
        [event.agreementId, event.period!.start],
      );
      return queueReasons(client, event, [], at);
    case 'metermesh.billing.v1.BillingCycleDropped':
      await setCycleStatus(client, event, 'CANCELLED');
      return queueReasons(client, event, [], at);
    case 'metermesh.billing.v1.BillCancelled':
      await cancelBill(client, event);
      await setCycleStatus(client, event, 'CANCELLED');
      return endProposal(client, keyOf(event), 'ISSUED');
    case 'metermesh.billing.v1.RebillProposed':
      await setCycleStatus(client, event, 'BILLED');
      await queueReasons(client, event, [], at);
      return addProposal(client, event);
    case 'metermesh.billing.v1.RebillDismissed':
      return endProposal(client, keyOf(event), 'DISMISSED');
    case 'metermesh.billing.v1.RebillLapsed':
      return endProposal(client, keyOf(event), 'LAPSED');
    case 'metermesh.billing.v1.RebillHeld':
      await setCycleStatus(client, event, 'BILLED', event.reasons);
      return queueReasons(client, event, event.reasons, at);
    case 'metermesh.billing.v1.BillDisputed':
      return setDisputed(client, event.billId, true);
    case 'metermesh.billing.v1.BillDisputeResolved':
      return setDisputed(client, event.billId, false);
  }
}

const keyOf = ({ agreementId, period }: CycleKey) => ({ agreementId, periodStart: period!.start });

/** Puts the reasons that hold a cycle into the queue, one a code, and takes those off that hold it no more. */
async function queueReasons(
  client: pg.PoolClient,
  event: CycleKey,
  reasons: readonly HoldReason[],
  at: Date,
): Promise<void> {
  const { agreementId, periodStart } = keyOf(event);
  const subject = `billing-cycle-${agreementId}-${periodStart}`;
  const byCode = Map.groupBy(reasons, ({ code }) => code);
  await resolveExceptions(client, [subject], at, [...byCode.keys()]);
  if (byCode.size === 0) return;
  const { rows } = await client.query<{ customerId: string; usagePointId: string }>(
    `SELECT customer_id AS "customerId", usage_point_id AS "usagePointId" FROM billing_cycle
     WHERE agreement_id = $1 AND period_start = $2`,
    [agreementId, periodStart],
  );
  const found = [...byCode].map(([code, each]) => ({
    subject,
    code,
    message: each.map(({ message }) => message).join(' '),
    agreementId,
    periodStart,
    ...rows[0],
  }));
  await raiseExceptions(client, found, at);
}
