import {
  createInbox,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';

const ACKNOWLEDGED_WITHIN_MS = 5_000;

/** JetStream did not store a message, or did not say so in time. */
export class NotStored extends Error {
  override readonly name = 'NotStored';
}

interface Waiting {
  resolve(): void;
  reject(error: NotStored): void;
  deadline: number;
}

/**
 * Publishes to JetStream over one reply subject for all: hundreds may be under way without a timer and the stack traces of
 * possible errors for each, which cost the client library more than sending.
 */
export class FactPublisher {
  private readonly connection: NatsConnection;
  private readonly inbox = createInbox();
  private readonly acknowledgements: Subscription;
  private readonly waiting = new Map<string, Waiting>();
  private readonly timer: NodeJS.Timeout;
  private last = 0;

  constructor(connection: NatsConnection) {
    this.connection = connection;
    this.acknowledgements = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.settle(message);
      },
    });
    this.timer = setInterval(() => this.giveUpLate(), ACKNOWLEDGED_WITHIN_MS / 5).unref();
  }

  /**
   * Resolves once the message is stored, or was under its `Nats-Msg-Id` before.
   *
   * @throws {NotStored}
   */
  publish(subject: string, data: Uint8Array, headers: MsgHdrs): Promise<void> {
    const reply = `${this.inbox}.${++this.last}`;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.set(reply, { resolve, reject, deadline: Date.now() + ACKNOWLEDGED_WITHIN_MS });
    try {
      this.connection.publish(subject, data, { headers, reply });
    } catch (error) {
      this.waiting.delete(reply);
      throw error;
    }
    return promise;
  }

  /** What is under way is given up: whether it is stored is not known. */
  close(): void {
    clearInterval(this.timer);
    this.acknowledgements.unsubscribe();
    for (const each of this.waiting.values()) each.reject(new NotStored('publishing was ended'));
    this.waiting.clear();
  }

  private settle(message: Msg): void {
    const waiting = this.waiting.get(message.subject);
    if (!waiting) return;
    this.waiting.delete(message.subject);
    const refusal = refusalIn(message);
    if (refusal === undefined) waiting.resolve();
    else waiting.reject(new NotStored(refusal));
  }

  private giveUpLate(): void {
    const now = Date.now();
    for (const [reply, { deadline, reject }] of this.waiting) {
      if (deadline > now) return;
      this.waiting.delete(reply);
      reject(new NotStored(`JetStream did not answer within ${ACKNOWLEDGED_WITHIN_MS} ms`));
    }
  }
}

/** Why JetStream did not store it: `{"stream":…,"seq":…}` says that it did. */
function refusalIn(message: Msg): string | undefined {
  // Where no stream takes the subject the server itself answers, with an empty message.
  if (message.data.length === 0) return `no stream takes it (${message.headers?.code ?? 'empty answer'})`;
  const { stream, error } = message.json<{ stream?: string; error?: { description?: string } }>();
  if (error) return error.description ?? 'JetStream refused it';
  return stream ? undefined : 'the answer is no acknowledgement of JetStream';
}
