import {
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  type JsMsg,
  type StoredMsg,
} from '@nats-io/jetstream';
import { headers as newHeaders, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { getHeader, setHeader } from './header-values.ts';
import { DEAD_LETTERS, FACTS } from './streams.ts';

/** A fact that a service could not handle. */
export interface DeadLetter {
  /** Its number in the stream of dead letters: what to replay or discard. */
  sequence: number;
  /** Why: the error's code, or its name. */
  code: string;
  message: string;
  /** The service that failed, and its durable consumer. */
  service: string;
  consumer: string;
  /** Where the fact came from. */
  subject: string;
  deliveries: number;
  deadSince: Date;
  /** Of the fact; missing where it was not one. */
  factId?: string;
  factType?: string;
  data: Uint8Array;
}

/** Why and where a message failed. */
export interface Failure {
  error: unknown;
  service: string;
  consumer: string;
}

const HEADER = {
  code: 'dead-letter-code',
  message: 'dead-letter-message',
  service: 'dead-letter-service',
  consumer: 'dead-letter-consumer',
  subject: 'dead-letter-subject',
  deliveries: 'dead-letter-deliveries',
} as const;

/** Names the only consumer that a replayed fact is meant for. */
const REPLAY_FOR = 'metermesh-replay-for';
const MESSAGE_ID = 'Nats-Msg-Id';

/** Sets a message aside; resolves when it is stored. The same message of the same consumer is stored once. */
export async function buryMessage(
  connection: NatsConnection,
  message: JsMsg,
  failure: Failure,
): Promise<void> {
  const headers = copyHeaders(message.headers, [MESSAGE_ID, REPLAY_FOR]);
  const { code, text } = describeError(failure.error);
  setHeader(headers, HEADER.code, code);
  setHeader(headers, HEADER.message, text);
  setHeader(headers, HEADER.service, failure.service);
  setHeader(headers, HEADER.consumer, failure.consumer);
  setHeader(headers, HEADER.subject, message.subject);
  setHeader(headers, HEADER.deliveries, String(message.info.deliveryCount));
  await jetstream(connection).publish(`dead.${failure.service}.${message.subject}`, message.data, {
    headers,
    msgID: `dead:${failure.consumer}:${message.seq}:${message.timestampNanos}`,
  });
}

/** The oldest dead letters first, of one service or of all. */
export async function listDeadLetters(
  connection: NatsConnection,
  { service, limit = 100, after = 0 }: { service?: string; limit?: number; after?: number } = {},
): Promise<DeadLetter[]> {
  const { streams } = await jetstreamManager(connection);
  const letters: DeadLetter[] = [];
  for (let sequence = after + 1; letters.length < limit;) {
    const query = { seq: sequence, next_by_subj: service ? `dead.${service}.>` : 'dead.>' };
    const stored = await streams.getMessage(DEAD_LETTERS, query);
    if (!stored) break;
    letters.push(readDeadLetter(stored));
    sequence = stored.seq + 1;
  }
  return letters;
}

/**
 * Hands a dead letter to the consumer that failed, once more with all its attempts, and forgets the letter.
 *
 * It goes out on its original subject, addressed to that consumer by a header: the consumers of other services, who have
 * had the fact, pass over it. It keeps the event's id, by which handlers are idempotent, under a message id of its
 * own, as the broker would otherwise take it for a repetition. It comes after facts that have passed it meanwhile.
 *
 * @throws {DeadLetterNotFound}
 * @throws {DeadLetterConsumerGone} where nobody would take it, and it would be lost
 */
export async function replayDeadLetter(connection: NatsConnection, sequence: number): Promise<void> {
  const stored = await findStored(connection, sequence);
  const letter = readDeadLetter(stored);
  await checkConsumer(connection, letter);
  const headers = copyHeaders(stored.header, [MESSAGE_ID, ...Object.values(HEADER)]);
  headers.set(REPLAY_FOR, letter.consumer);
  await jetstream(connection).publish(letter.subject, stored.data, {
    headers,
    msgID: `replay:${sequence}:${stored.timestamp}`,
  });
  await discardDeadLetter(connection, sequence);
}

/** @throws {DeadLetterNotFound} */
export async function discardDeadLetter(connection: NatsConnection, sequence: number): Promise<void> {
  await findStored(connection, sequence);
  const { streams } = await jetstreamManager(connection);
  await streams.deleteMessage(DEAD_LETTERS, sequence, false);
}

/** There is no such dead letter: it was replayed or discarded, or has expired. */
export class DeadLetterNotFound extends Error {
  readonly code = 'DEAD_LETTER_NOT_FOUND';

  constructor(sequence: number) {
    super(`There is no dead letter ${sequence}; list the dead letters again.`);
  }
}

/** The consumer that failed is no more: a newer release has none of that name, or the service is not installed. */
export class DeadLetterConsumerGone extends Error {
  readonly code = 'DEAD_LETTER_CONSUMER_GONE';

  constructor({ sequence, service, consumer }: DeadLetter) {
    super(
      `Dead letter ${sequence} is for ${consumer} of ${service}, which is not there; start a release of ${service} that has it, or discard the letter.`,
    );
  }
}

/** The consumer that a message is replayed for; undefined when it is for everybody. */
export function replayedFor(headers: MsgHdrs | undefined): string | undefined {
  return getHeader(headers, REPLAY_FOR);
}

async function checkConsumer(connection: NatsConnection, letter: DeadLetter): Promise<void> {
  const { consumers } = await jetstreamManager(connection);
  try {
    await consumers.info(FACTS, letter.consumer);
  } catch (error) {
    const isGone = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
    throw isGone ? new DeadLetterConsumerGone(letter) : error;
  }
}

async function findStored(connection: NatsConnection, sequence: number): Promise<StoredMsg> {
  const { streams } = await jetstreamManager(connection);
  const stored = await streams.getMessage(DEAD_LETTERS, { seq: sequence });
  if (!stored) throw new DeadLetterNotFound(sequence);
  return stored;
}

function readDeadLetter({ seq, header, data, time }: StoredMsg): DeadLetter {
  const text = (name: string) => getHeader(header, name) ?? '';
  return {
    sequence: seq,
    code: text(HEADER.code),
    message: text(HEADER.message),
    service: text(HEADER.service),
    consumer: text(HEADER.consumer),
    subject: text(HEADER.subject),
    deliveries: Number(text(HEADER.deliveries)),
    deadSince: time,
    factId: getHeader(header, 'ce-id'),
    factType: getHeader(header, 'ce-type'),
    data,
  };
}

function copyHeaders(from: MsgHdrs | undefined, except: readonly string[]): MsgHdrs {
  const copy = newHeaders();
  for (const name of from?.keys() ?? []) {
    if (except.some((each) => each.toLowerCase() === name.toLowerCase())) continue;
    for (const value of from!.values(name)) copy.append(name, value);
  }
  return copy;
}

function describeError(error: unknown): { code: string; text: string } {
  const { code, name, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  return { code: String(code ?? name ?? 'UNKNOWN'), text: String(message ?? error).slice(0, 1000) };
}
