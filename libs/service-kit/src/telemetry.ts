import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';

export interface Telemetry {
  /** Sends the spans that are still to be exported. */
  shutdown(): Promise<void>;
}

/**
 * Starts tracing. Trace ids travel over HTTP, NATS and into the event log always; spans are exported only where an
 * OTLP endpoint is configured. Put together from its parts: the whole SDK with every exporter there is would take a
 * third of a second of each start.
 */
export async function startTelemetry(serviceName: string, otlpEndpoint?: string): Promise<Telemetry> {
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => url === '/metrics' || url?.startsWith('/health') === true,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': `metermesh-${serviceName}` })),
    spanProcessors: otlpEndpoint ? [await exportTo(otlpEndpoint)] : [],
  });
  trace.setGlobalTracerProvider(provider);
  return provider;
}

async function exportTo(otlpEndpoint: string): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: new URL('/v1/traces', otlpEndpoint).href }),
  });
}

/** W3C Trace Context of the span that is active now, if any. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}
