import type { Message } from '@bufbuild/protobuf';
import { fold, isRefusal, type Decider, type Refusal } from '@metermesh/decider';
import { depositDecider } from './deposit.decider.ts';
import { instalmentPlanDecider } from './instalment-plan.ts';
import { paymentDecider } from './payment.decider.ts';
import { receivableDecider } from './receivable.decider.ts';

/** The streams that money moves between, by category. */
export const bookDeciders = {
  payment: paymentDecider,
  receivable: receivableDecider,
  deposit: depositDecider,
  'instalment-plan': instalmentPlanDecider,
};

export type BookKind = keyof typeof bookDeciders;
type Deciders = typeof bookDeciders;
export type BookState<Kind extends BookKind> = Deciders[Kind]['initialState'];
export type BookCommand<Kind extends BookKind> = Parameters<Deciders[Kind]['decide']>[0];

/** A stream of the books: a bill's, a payment's … */
export interface BookKey {
  readonly kind: BookKind;
  readonly id: string;
}

/** What was decided on one stream. */
export interface BookDecision extends BookKey {
  readonly events: readonly Message[];
}

/** A decision needs a stream that was not read with the others: read it too, and decide anew. */
export class StreamNotRead extends Error {
  readonly key: BookKey;

  constructor(key: BookKey) {
    super(`The stream of ${key.kind} ${key.id} was not read.`);
    this.key = key;
  }
}

/**
 * Several streams as they were read, and what is decided on them in turn: each decision sees those before it, and all of
 * them are recorded together or not at all.
 */
export class Books {
  readonly #states = new Map<string, unknown>();
  readonly #decisions = new Map<string, BookKey & { events: Message[] }>();

  /** @param read states of the streams that may be decided on */
  constructor(read: Iterable<BookKey & { readonly state: unknown }>) {
    for (const { kind, id, state } of read) this.#states.set(keyText({ kind, id }), state);
  }

  has(kind: BookKind, id: string): boolean {
    return this.#states.has(keyText({ kind, id }));
  }

  /** @throws {StreamNotRead} */
  state<Kind extends BookKind>(kind: Kind, id: string): BookState<Kind> {
    const key = keyText({ kind, id });
    if (!this.#states.has(key)) throw new StreamNotRead({ kind, id });
    return this.#states.get(key) as BookState<Kind>;
  }

  decide<Kind extends BookKind>(
    kind: Kind,
    id: string,
    command: BookCommand<Kind>,
  ): readonly Message[] | Refusal {
    const decider = bookDeciders[kind] as unknown as Decider<unknown, unknown, Message>;
    const state = this.state(kind, id) as unknown;
    const events = decider.decide(command, state);
    if (isRefusal(events) || events.length === 0) return events;
    const key = keyText({ kind, id });
    this.#states.set(key, fold(decider, events, state));
    const decision = this.#decisions.get(key) ?? { kind, id, events: [] };
    decision.events.push(...events);
    this.#decisions.set(key, decision);
    return events;
  }

  /** {@link decide} where a refusal would be a bug of ours. */
  surely<Kind extends BookKind>(kind: Kind, id: string, command: BookCommand<Kind>): readonly Message[] {
    const events = this.decide(kind, id, command);
    if (isRefusal(events)) throw new Error(`${events.code}: ${events.message}`);
    return events;
  }

  /** Of each stream, in the order in which it was first decided on. */
  decisions(): readonly BookDecision[] {
    return [...this.#decisions.values()];
  }
}

const keyText = ({ kind, id }: BookKey): string => `${kind} ${id}`;
