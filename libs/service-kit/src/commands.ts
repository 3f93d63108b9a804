import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Message } from '@bufbuild/protobuf';
import { decodeEvent, encodeEvent } from '@metermesh/contracts';
import { fold, isRefusal, refuse, type Decider, type Refusal } from '@metermesh/decider';
import {
  WrongExpectedRevision,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type StreamName,
} from '@metermesh/event-store';
import type { Claims } from './claims.ts';
import { EVENT_STORE } from './tokens.ts';
import { currentTraceparent } from './telemetry.ts';

/** Who asks, and within which conversation: recorded with every event. */
export interface CommandContext {
  actor: string;
  correlationId?: string;
  causationId?: string;
}

export const onBehalfOf = ({ subject, correlationId }: Claims): CommandContext => ({
  actor: subject,
  correlationId,
});

export interface Loaded<State> {
  stream: StreamName;
  state: State;
  revision: ExpectedRevision;
  /** Of the last event, undefined where there is none: who decides nothing more can still wait for what was decided. */
  position?: string;
}

/** What was decided on one stream, ready to be recorded together with decisions on others. */
export interface Decision<Event extends Message = Message> {
  stream: StreamName;
  expected: ExpectedRevision;
  events: readonly Event[];
}

export interface Decided<State, Event> {
  state: State;
  events: readonly Event[];
  /** Position of the last event of the stream, undefined where nothing was decided. */
  position?: string;
}

const ATTEMPTS = 5;

/** Load, decide, append: the one way in which commands become events. */
@Injectable()
export class Commands {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async load<State, Event extends Message>(
    decider: Pick<Decider<never, State, Event>, 'initialState' | 'evolve'>,
    stream: StreamName,
  ): Promise<Loaded<State>> {
    let state = decider.initialState;
    let revision: ExpectedRevision = 'no-stream';
    let position: string | undefined;
    for await (const recorded of this.store.read(stream)) {
      state = fold(decider, [decodeEvent<Event>(recorded)], state);
      revision = recorded.revision;
      position = recorded.position;
    }
    return { stream, state, revision, position };
  }

  /** Decides on one stream. Where somebody else was faster, reads again and decides anew. */
  async execute<Command, State, Event extends Message>(
    decider: Decider<Command, State, Event>,
    stream: StreamName,
    command: Command,
    context: CommandContext,
  ): Promise<Decided<State, Event> | Refusal> {
    return this.retrying(async () => {
      const { state, revision } = await this.load(decider, stream);
      const decision = decider.decide(command, state);
      if (isRefusal(decision)) return decision;
      if (decision.length === 0) return { state, events: decision };
      const [result] = await this.record(context, { stream, expected: revision, events: decision });
      return { state: fold(decider, decision, state), events: decision, position: result!.position };
    });
  }

  /**
   * Records decisions on several streams in one append, all or nothing; where one of them is a refusal, answers that.
   * Answers the position up to which to read, undefined where nothing was decided.
   */
  async recordTogether(
    context: CommandContext,
    ...decisions: (Decision | Refusal)[]
  ): Promise<{ position?: string } | Refusal> {
    const refusal = decisions.find(isRefusal);
    if (refusal) return refusal;
    const appends = (decisions as Decision[]).filter(({ events }) => events.length > 0);
    const results = await this.record(context, ...appends);
    return {
      position: results
        .map(({ position }) => position)
        .sort()
        .at(-1),
    };
  }

  /** Appends events to several streams, all or nothing. */
  async record(context: CommandContext, ...appends: Decision[]) {
    return this.store.append(
      ...appends.map(({ stream, expected, events }) => ({
        stream,
        expected,
        events: events.map((event) => newEvent(event, context)),
      })),
    );
  }

  /** Repeats `attempt` while its expected revisions are outrun by others. */
  async retrying<Result>(attempt: () => Promise<Result>): Promise<Result | Refusal> {
    for (let left = ATTEMPTS; left > 0; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
    return refuse('BUSY', 'Others are changing the same thing at this moment; try again.');
  }
}

/** What the decider makes of a command on a stream as it was read. */
export function decideOn<Command, State, Event extends Message>(
  decider: Decider<Command, State, Event>,
  { stream, state, revision }: Loaded<State>,
  command: Command,
): Decision<Event> | Refusal {
  const events = decider.decide(command, state);
  return isRefusal(events) ? events : { stream, expected: revision, events };
}

/** An event ready to append; `id` makes it idempotent where the same fact may come again. */
export function newEvent(event: Message, context: CommandContext, id: string = randomUUID()): NewEvent {
  return {
    id,
    ...encodeEvent(event),
    metadata: {
      occurredAt: new Date().toISOString(),
      actor: context.actor,
      correlationId: context.correlationId,
      causationId: context.causationId,
      traceparent: currentTraceparent(),
    },
  };
}
