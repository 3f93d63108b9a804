/** A fact about to be recorded. */
export interface NewEvent {
  /** UUID, the idempotency key: derived from the content where the same fact may be reported twice. */
  id: string;
  /** Name of the protobuf message in {@link data}. */
  type: string;
  data: Uint8Array;
  metadata: EventMetadata;
}

/** What surrounds a fact. Keys without a value are not recorded. */
export interface EventMetadata {
  /** ISO 8601 instant. */
  occurredAt?: string;
  correlationId?: string;
  causationId?: string;
  /** Who caused the fact: the subject of the token, or the name of the service. */
  actor?: string;
  /** W3C Trace Context. */
  traceparent?: string;
  [key: string]: string | undefined;
}

/** A stream is one thing of one category; categories may contain dashes, so a rendered name is never parsed back. */
export interface StreamName {
  category: string;
  id: string;
}

export interface RecordedEvent extends NewEvent {
  stream: StreamName;
  /** Place in its stream, counted from 0. */
  revision: number;
  /** Place in the whole log: a checkpoint. Opaque, but positions of one store sort as strings in log order. */
  position: string;
  recordedAt: Date;
}

/** What a stream must look like for an append to be made: anything, nothing yet, or its last event's revision. */
export type ExpectedRevision = 'any' | 'no-stream' | number;

export interface Append {
  stream: StreamName;
  expected: ExpectedRevision;
  events: readonly NewEvent[];
}

export interface AppendResult {
  stream: StreamName;
  /** Highest revision among the append's events. */
  revision: number;
  /** Position of that event. */
  position: string;
  /** Whether every event had been recorded before, so that this call recorded nothing in the stream. */
  duplicate: boolean;
}

export interface Subscription {
  /** Position of the last event already handled; without it the subscription begins with the first event. */
  from?: string;
  category?: string | readonly string[];
  /** Most events handed over at once. */
  batchSize?: number;
  signal: AbortSignal;
  /** Called with one batch at a time, in log order; never with an empty one. */
  handle(batch: readonly RecordedEvent[]): Promise<void>;
  /** Called whenever everything recorded so far has been handled. */
  caughtUp?(): void;
}

export interface EventStore {
  /**
   * Records the events of one or many streams: all or nothing, in one call. A stream is named once a call.
   *
   * Idempotent by event id: an event already recorded in its stream is left out. If none remains, the append is a
   * duplicate, and its expected revision, which held the first time, is not checked; if some remain they are recorded,
   * provided that the stream's present revision is the expected one.
   *
   * @throws {WrongExpectedRevision} when a stream is not as expected
   * @throws {InvalidAppend} when the call itself makes no sense
   */
  append(...appends: Append[]): Promise<AppendResult[]>;
  /** A stream's events in order, beginning with revision `from`; none when the stream does not exist. */
  read(stream: StreamName, from?: number): AsyncIterable<RecordedEvent>;
  /**
   * Hands over the log, past and live, at least once: after a restart the caller begins at the position of the last
   * event that it handled. Resolves when the signal aborts and the batch in hand is done; rejects with what `handle`
   * threw, or when the store is lost, and is then started anew by its host.
   */
  subscribe(subscription: Subscription): Promise<void>;
  /** Releases what the store itself opened. Subscriptions are ended by their signals. */
  close(): Promise<void>;
}

/** Someone else has appended to the stream since its revision was read. */
export class WrongExpectedRevision extends Error {
  readonly code = 'WRONG_EXPECTED_REVISION';
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly actual: number | 'no-stream';

  constructor(stream: StreamName, expected: ExpectedRevision, actual: number | 'no-stream') {
    super(
      `Stream ${renderStreamName(stream)} was expected at ${expected} but is at ${actual}; read it again and decide anew.`,
    );
    this.name = 'WrongExpectedRevision';
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** An append that no state of the store would allow: a bug of the caller. */
export class InvalidAppend extends Error {
  readonly code:
    | 'STREAM_NAME_INVALID'
    | 'STREAM_NAMED_TWICE'
    | 'NO_EVENTS'
    | 'EVENT_ID_INVALID'
    | 'EVENT_ID_TWICE'
    | 'EVENT_ID_TAKEN';

  static idTaken(id: string, stream: StreamName): InvalidAppend {
    return new InvalidAppend(
      'EVENT_ID_TAKEN',
      `Event id ${id}, meant for stream ${renderStreamName(stream)}, is recorded in another stream; an id names one fact.`,
    );
  }

  constructor(code: InvalidAppend['code'], message: string) {
    super(message);
    this.name = 'InvalidAppend';
    this.code = code;
  }
}

/** The checkpoint is not a position of this store: it was kept from another one, or altered. */
export class InvalidPosition extends Error {
  readonly code = 'POSITION_INVALID';

  constructor(position: string) {
    super(`"${position}" is not a position of this event store; begin without a checkpoint.`);
    this.name = 'InvalidPosition';
  }
}

export function streamName(category: string, id: string): StreamName {
  return { category, id };
}

export function renderStreamName(stream: StreamName): string {
  return `${stream.category}-${stream.id}`;
}
