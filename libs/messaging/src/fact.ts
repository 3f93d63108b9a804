import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { getHeader, setHeader } from './header-values.ts';

/** An event of some service, as others hear of it. */
export interface Fact {
  /** Id of the event: handlers are idempotent by it. */
  id: string;
  /** Name of the protobuf message in {@link data}. */
  type: string;
  data: Uint8Array;
  /** NATS subject, `fact.<service>.<event>.<partition>`. */
  subject: string;
  /** The service that recorded the event. */
  service: string;
  /** Where in that service's event store: opaque, ordered. */
  position: string;
  /** Rendered name of the event's stream. */
  stream?: string;
  /** ISO 8601 instant. */
  occurredAt?: string;
  correlationId?: string;
  causationId?: string;
  actor?: string;
  /** W3C Trace Context. */
  traceparent?: string;
}

/** A message on a fact's subject that is not a fact. */
export class MalformedFact extends Error {
  readonly code = 'FACT_MALFORMED';
}

interface FactMessage {
  subject: string;
  data: Uint8Array;
  headers?: MsgHdrs;
}

/** Attributes of CloudEvents 1.0 in the binary mode of its NATS binding, and extensions of our own. */
const ATTRIBUTES = {
  id: 'ce-id',
  type: 'ce-type',
  position: 'ce-position',
  stream: 'ce-subject',
  occurredAt: 'ce-time',
  correlationId: 'ce-correlationid',
  causationId: 'ce-causationid',
  actor: 'ce-actor',
  traceparent: 'traceparent',
} as const satisfies Partial<Record<keyof Fact, string>>;

/** The payload is the event's own bytes; everything about it is in headers. */
export function writeFact(fact: Fact): Required<FactMessage> {
  const headers = newHeaders();
  headers.set('ce-specversion', '1.0');
  headers.set('content-type', 'application/protobuf');
  setHeader(headers, 'ce-source', `/${fact.service}`);
  for (const [field, name] of Object.entries(ATTRIBUTES))
    setHeader(headers, name, fact[field as keyof typeof ATTRIBUTES]);
  return { subject: fact.subject, data: fact.data, headers };
}

/** @throws {MalformedFact} naming the header that is missing */
export function readFact(message: FactMessage): Fact {
  const required = (name: string): string => {
    const value = getHeader(message.headers, name);
    if (!value)
      throw new MalformedFact(
        `The message on ${message.subject} has no header "${name}", so it is not a fact.`,
      );
    return value;
  };
  const optional = (name: string) => getHeader(message.headers, name);
  return {
    id: required(ATTRIBUTES.id),
    type: required(ATTRIBUTES.type),
    data: message.data,
    subject: message.subject,
    service: required('ce-source').replace(/^\//, ''),
    position: required(ATTRIBUTES.position),
    stream: optional(ATTRIBUTES.stream),
    occurredAt: optional(ATTRIBUTES.occurredAt),
    correlationId: optional(ATTRIBUTES.correlationId),
    causationId: optional(ATTRIBUTES.causationId),
    actor: optional(ATTRIBUTES.actor),
    traceparent: optional(ATTRIBUTES.traceparent),
  };
}
