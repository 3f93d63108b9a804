import { create, fromBinary, toBinary, type Message } from '@bufbuild/protobuf';
import { isRefusal } from '@metermesh/decider';
import {
  BaseRpcContext,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import {
  headers as newHeaders,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import { SpanKind } from '@opentelemetry/api';
import { lastValueFrom } from 'rxjs';
import { REQUEST_REPLY } from './answers.ts';
import { withCorrelation } from './correlation.ts';
import { getHeader, setHeader } from './header-values.ts';
import { silentLog, type Log } from './log.ts';
import { pause } from './pause.ts';
import { ERROR_CODE, ERROR_MESSAGE, OUTCOME, type Outcome, type Question } from './question.ts';
import { inSpanOf } from './tracing.ts';

export interface RequestReplyStrategyOptions {
  connection: NatsConnection;
  /** Each question is answered by one replica of the service. */
  service: string;
  log?: Log;
  /** Milliseconds that answers under way have to end when the application stops. */
  stopWithin?: number;
}

/**
 * Nest transport of request/reply ({@link Answers}) with protobuf payloads. Nest's own NATS transport wraps what it
 * carries in JSON, opens a connection of its own, and cannot wait for the answers under way when it stops.
 */
export class RequestReplyStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = REQUEST_REPLY;
  readonly #options: RequestReplyStrategyOptions;
  readonly #log: Log;
  readonly #answering = new Set<Promise<void>>();
  #subscriptions: Subscription[] = [];

  constructor(options: RequestReplyStrategyOptions) {
    super();
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    const { connection, service } = this.#options;
    try {
      this.#subscriptions = [...this.messageHandlers].map(([subject, handler]) =>
        connection.subscribe(subject, {
          queue: service,
          callback: (error, message) =>
            error
              ? this.#log.error({ err: error, subject }, 'Cannot be asked')
              : this.#take(handler, message),
        }),
      );
      // Once the server has answered, it also knows the subscriptions.
      await connection.flush();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Takes no more questions, answers those under way, and leaves the connection to its owner. */
  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.map((each) => each.drain().catch(() => undefined)));
    const deadline = new AbortController();
    await Promise.race([
      Promise.all(this.#answering),
      pause(this.#options.stopWithin ?? 5_000, deadline.signal),
    ]);
    deadline.abort();
    await this.#options.connection.flush().catch(() => undefined);
  }

  override on(): never {
    throw new Error('The request/reply transport has no events of its own; watch the connection’s status().');
  }

  override unwrap<Native = NatsConnection>(): Native {
    return this.#options.connection as Native;
  }

  #take(handler: MessageHandler, message: Msg): void {
    const answer = this.#answer(handler, message).catch((error: unknown) =>
      this.#log.error({ err: error, subject: message.subject }, 'An answer could not be sent'),
    );
    this.#answering.add(answer);
    void answer.finally(() => this.#answering.delete(answer));
  }

  async #answer(handler: MessageHandler, message: Msg): Promise<void> {
    const { request, answer } = (handler.extras as { question: Question }).question;
    try {
      const result = await this.#handle(handler, fromBinary(request, message.data), message);
      if (isRefusal(result)) return reject(message, 'refused', result.code, result.message, result.details);
      message.respond(toBinary(answer, create(answer, result as Message)));
    } catch (error) {
      this.#log.error({ err: error, subject: message.subject }, 'A question could not be answered');
      reject(message, 'failed', 'INTERNAL', 'the service has logged why.');
    }
  }

  #handle(handler: MessageHandler, request: Message, message: Msg): Promise<unknown> {
    const header = (name: string) => getHeader(message.headers, name);
    const correlation = {
      correlationId: header('ce-correlationid'),
      causationId: header('ce-causationid'),
      actor: header('ce-actor'),
    };
    const span = {
      name: `answer ${message.subject}`,
      kind: SpanKind.SERVER,
      attributes: { 'messaging.system': 'nats', 'messaging.destination.name': message.subject },
    };
    return withCorrelation(correlation, () =>
      inSpanOf(message.headers, span, async () =>
        lastValueFrom(this.transformToObservable(await handler(request, new QuestionContext([message])))),
      ),
    );
  }
}

/** Nest's context of a question's handler: the NATS message itself. */
export class QuestionContext extends BaseRpcContext<[Msg]> {
  get message(): Msg {
    return this.getArgByIndex(0);
  }
}

function reject(
  message: Msg,
  outcome: Outcome,
  code: string,
  text: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const headers: MsgHdrs = newHeaders();
  setHeader(headers, OUTCOME, outcome);
  setHeader(headers, ERROR_CODE, code);
  setHeader(headers, ERROR_MESSAGE, text);
  message.respond(JSON.stringify(details), { headers });
}
