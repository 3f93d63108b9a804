import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { refuse, type Refusal } from '@metermesh/decider';
import { errors, headers as newHeaders, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { SpanKind } from '@opentelemetry/api';
import { currentCorrelation } from './correlation.ts';
import { getHeader, setHeader } from './header-values.ts';
import { ERROR_CODE, ERROR_MESSAGE, OUTCOME, type Question } from './question.ts';
import { inSpan, injectTrace } from './tracing.ts';

/** A question that was not answered, for a reason that is not the asker's doing. */
export class AskFailed extends Error {
  readonly code: 'ASK_TIMED_OUT' | 'NOBODY_ANSWERS' | 'ANSWERER_FAILED' | 'NATS_UNAVAILABLE';
  readonly subject: string;

  constructor(code: AskFailed['code'], subject: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AskFailed';
    this.code = code;
    this.subject = subject;
  }
}

/**
 * Asks another service. What it refuses comes back as a {@link Refusal}, a value; the trace and the correlation go along.
 *
 * @param timeoutMs how long to wait for the answer, in milliseconds
 * @throws {AskFailed} when there is no answer
 */
export async function ask<Request extends DescMessage, Answer extends DescMessage>(
  connection: NatsConnection,
  question: Question<Request, Answer>,
  request: MessageInitShape<Request>,
  { timeoutMs = 5_000 }: { timeoutMs?: number } = {},
): Promise<MessageShape<Answer> | Refusal> {
  const { subject } = question;
  const span = {
    name: `ask ${subject}`,
    kind: SpanKind.CLIENT,
    attributes: { 'messaging.system': 'nats', 'messaging.destination.name': subject },
  };
  return inSpan(span, async () => {
    const headers = newHeaders();
    const correlation = currentCorrelation();
    setHeader(headers, 'ce-correlationid', correlation?.correlationId);
    setHeader(headers, 'ce-causationid', correlation?.causationId);
    setHeader(headers, 'ce-actor', correlation?.actor);
    injectTrace(headers);
    const payload = toBinary(question.request, create(question.request, request));
    const reply = await connection
      .request(subject, payload, { headers, timeout: timeoutMs })
      .catch((error: unknown) => Promise.reject(explain(error, subject, timeoutMs)));
    return readAnswer(question, reply);
  });
}

function readAnswer<Answer extends DescMessage>(
  { subject, answer }: Question<DescMessage, Answer>,
  reply: Msg,
): MessageShape<Answer> | Refusal {
  const outcome = getHeader(reply.headers, OUTCOME);
  if (outcome === undefined) return fromBinary(answer, reply.data);
  const code = getHeader(reply.headers, ERROR_CODE) ?? 'UNKNOWN';
  const message = getHeader(reply.headers, ERROR_MESSAGE) ?? '';
  if (outcome === 'refused') return refuse(code, message, reply.json<Record<string, unknown>>());
  throw new AskFailed('ANSWERER_FAILED', subject, `Answering ${subject} failed: ${message}`);
}

function explain(error: unknown, subject: string, timeoutMs: number): AskFailed {
  const cause = { cause: error };
  if (error instanceof errors.RequestError && error.isNoResponders()) {
    return new AskFailed(
      'NOBODY_ANSWERS',
      subject,
      `No service answers ${subject} now; is it running?`,
      cause,
    );
  }
  if (error instanceof errors.TimeoutError || (error as Error).cause instanceof errors.TimeoutError) {
    return new AskFailed(
      'ASK_TIMED_OUT',
      subject,
      `${subject} was not answered within ${timeoutMs} ms.`,
      cause,
    );
  }
  return new AskFailed(
    'NATS_UNAVAILABLE',
    subject,
    `${subject} could not be asked: ${(error as Error).message}`,
    cause,
  );
}
