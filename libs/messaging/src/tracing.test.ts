import 'reflect-metadata';
import { BytesValueSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemoryEventStore, streamName } from '@metermesh/event-store';
import { startNats, type TestNats } from '@metermesh/testing';
import { factSubject } from '@metermesh/contracts';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { Answers, ask, currentCorrelation, OnFact, relay, type Correlation, type Question } from './index.ts';
import { closeAll, openConnection, serve, until } from './messaging.test-kit.ts';

const Ping = {
  subject: 'ask.control.ping',
  request: BytesValueSchema,
  answer: BytesValueSchema,
} satisfies Question;

interface Ended {
  name: string;
  kind: SpanKind;
  traceId: string;
  parent?: string;
}

const ended: Ended[] = [];
const provider = new TracerProvider({
  spanProcessors: [
    {
      onStart() {},
      onEnd(span) {
        const { name, kind, parentSpanContext } = span;
        ended.push({ name, kind, traceId: span.spanContext().traceId, parent: parentSpanContext?.spanId });
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
  ],
});
let nats: TestNats;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  nats = await startNats();
});
afterAll(async () => {
  await nats.stop();
  await provider.shutdown();
});
afterEach(closeAll);

describe('a trace', () => {
  it('goes on in the handler of the fact, and in whom that handler asks', async () => {
    const heard: { correlation?: Correlation; traceId?: string }[] = [];
    const note = () =>
      heard.push({
        correlation: currentCorrelation(),
        traceId: trace.getActiveSpan()?.spanContext().traceId,
      });
    class Control {
      @Answers(Ping)
      ping() {
        note();
        return {};
      }
    }
    const connection = await openConnection(nats.url);
    class Billing {
      @OnFact('ingestion', 'metermesh.ingestion.v1.LoadProfileValidated')
      async handle() {
        note();
        await ask(connection, Ping, {});
      }
    }
    await serve(nats.url, 'control', Control);
    await serve(nats.url, 'billing', Billing);

    const store = new InMemoryEventStore();
    const traceId = await trace.getTracer('test').startActiveSpan('push received', async (span) => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      const id = '0d9e2f9e-4b6f-4d0c-8d6c-0a9e3d9b9d10';
      const metadata = { correlationId: 'push-7', actor: 'meter:42', traceparent: carrier['traceparent'] };
      const type = 'metermesh.ingestion.v1.LoadProfileValidated';
      const event = { id, type, data: new Uint8Array([1]), metadata };
      await store.append({ stream: streamName('channel', '1'), expected: 'any', events: [event] });
      span.end();
      return span.spanContext().traceId;
    });
    const stop = new AbortController();
    const relaying = relay({
      store,
      connection,
      service: 'ingestion',
      signal: stop.signal,
      checkpoint: { load: async () => undefined, save: async () => {} },
      subjectOf: (event) => factSubject('ingestion', event.type, event.stream.id),
    });
    await until(() => heard.length === 2);
    stop.abort();
    await relaying;

    const correlation = {
      correlationId: 'push-7',
      causationId: '0d9e2f9e-4b6f-4d0c-8d6c-0a9e3d9b9d10',
      actor: 'meter:42',
    };
    expect(heard).toEqual([
      { correlation, traceId },
      { correlation, traceId },
    ]);
    await until(() => ended.filter((span) => span.traceId === traceId).length === 4);
    const kinds = ended.filter((span) => span.traceId === traceId).map((span) => [span.name, span.kind]);
    expect(kinds).toEqual([
      ['push received', SpanKind.INTERNAL],
      ['answer ask.control.ping', SpanKind.SERVER],
      ['ask ask.control.ping', SpanKind.CLIENT],
      ['process fact.ingestion.load-profile-validated.*', SpanKind.CONSUMER],
    ]);
  });
});
