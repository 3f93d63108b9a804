import { decodeEvent, encodeEvent } from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import {
  streamName,
  WrongExpectedRevision,
  type EventStore,
  type ExpectedRevision,
} from '@metermesh/event-store';
import { billRunDecider } from '../domain/bill-run/bill-run.decider.ts';
import type { BillRunEvent } from '../domain/bill-run/bill-run.ts';
import { derivedEventId } from '../domain/bill-run/derived-event-id.ts';
import type { BillRunProgress } from './bill-run-slices.table.ts';

export const billRunStream = (runId: string) => streamName('bill-run', runId);

/** Notes that a run has gone through all agreements; once, whoever of those who worked on it finds out. */
export async function completeRun(
  store: EventStore,
  { id, startedBy }: { readonly id: string; readonly startedBy: string },
  progress: BillRunProgress | undefined,
): Promise<void> {
  const stream = billRunStream(id);
  let state = billRunDecider.initialState;
  let expected: ExpectedRevision = 'no-stream';
  for await (const recorded of store.read(stream)) {
    state = billRunDecider.evolve(state, decodeEvent<BillRunEvent>(recorded));
    expected = recorded.revision;
  }
  const { agreements = 0, billed = 0, held = 0, unchanged = 0, failed = {} } = progress ?? {};
  const totals = { agreements, billed, held, unchanged, failed };
  const events = billRunDecider.decide(
    { type: 'complete', runId: id, now: Date.now(), by: startedBy, totals },
    state,
  );
  if (isRefusal(events) || events.length === 0) return;
  const event = { id: derivedEventId(id, stream.id, expected as number), ...encodeEvent(events[0]!) };
  const metadata = { occurredAt: new Date().toISOString(), actor: 'billing', correlationId: id };
  try {
    await store.append({ stream, expected, events: [{ ...event, metadata }] });
  } catch (error) {
    // Somebody has paused it meanwhile, or completed it: the next look will see.
    if (!(error instanceof WrongExpectedRevision)) throw error;
  }
}
