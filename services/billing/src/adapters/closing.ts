import { decodeEvent, encodeEvent } from '@metermesh/contracts';
import type { Append, EventStore, ExpectedRevision, StreamName } from '@metermesh/event-store';
import {
  evolveBillingCycle,
  unopenedCycle,
  type BillingCycle,
  type BillingCycleEvent,
} from '../domain/billing-cycle/billing-cycle.ts';
import { derivedEventId } from '../domain/bill-run/derived-event-id.ts';

/** A billing cycle with its place in the event store. */
export interface StoredCycle {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly state: BillingCycle;
}

/** What closing a cycle comes to: the events, and the cycle after them. */
export interface Closing extends StoredCycle {
  readonly events: readonly BillingCycleEvent[];
}

/** Who closes, and when: what the events of a run say besides the facts. */
export interface Closer {
  readonly runId: string;
  readonly closedBy: string;
  /** Milliseconds since 1970. */
  readonly closedAt: number;
}

export const freshCycle = (stream: StreamName): StoredCycle => ({
  stream,
  expected: 'no-stream',
  state: unopenedCycle,
});

export async function readCycle(store: EventStore, stream: StreamName): Promise<StoredCycle> {
  let { state, expected } = freshCycle(stream);
  for await (const recorded of store.read(stream)) {
    state = evolveBillingCycle(state, decodeEvent<BillingCycleEvent>(recorded));
    expected = recorded.revision;
  }
  return { stream, expected, state };
}

/** Of identifiers that the run would give them again, so that what it repeats is no second fact. */
export function appendOf(
  { runId, closedBy, closedAt }: Closer,
  { stream, expected, events }: Closing,
): Append {
  const first = typeof expected === 'number' ? expected + 1 : 0;
  const metadata = { occurredAt: new Date(closedAt).toISOString(), actor: closedBy, correlationId: runId };
  return {
    stream,
    expected,
    events: events.map((event, index) => ({
      id: derivedEventId(runId, stream.id, first + index),
      ...encodeEvent(event),
      metadata,
    })),
  };
}
