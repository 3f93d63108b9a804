import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import type { MsgHdrs } from '@nats-io/transport-node';
import { getHeader, setHeader } from './header-values.ts';

const tracer = trace.getTracer('@metermesh/messaging');

/** Runs `work` in a span that continues the trace of the message's headers. */
export function inSpanOf<Result>(
  headers: MsgHdrs | undefined,
  span: { name: string; kind: SpanKind; attributes: Attributes },
  work: () => Promise<Result>,
): Promise<Result> {
  const parent = propagation.extract(context.active(), headers, {
    get: (carrier, key) => getHeader(carrier, key),
    keys: (carrier) => carrier?.keys() ?? [],
  });
  return context.with(parent, () => inSpan(span, work));
}

/** Runs `work` in a span of the trace under way. */
export function inSpan<Result>(
  { name, kind, attributes }: { name: string; kind: SpanKind; attributes: Attributes },
  work: () => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Adds the trace under way to a message's headers. */
export function injectTrace(headers: MsgHdrs): void {
  propagation.inject(context.active(), headers, { set: setHeader });
}
