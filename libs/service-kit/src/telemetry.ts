import { context, propagation } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

/** Keeps trace ids alive in headers, events and logs where nobody collects the spans. */
const discardSpans = {
  onStart() {},
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/**
 * Starts tracing. Trace ids travel over HTTP, NATS and into the event log always; spans are exported only where an
 * OTLP endpoint is configured.
 */
export function startTelemetry(serviceName: string, otlpEndpoint?: string): NodeSDK {
  const sdk = new NodeSDK({
    serviceName: `metermesh-${serviceName}`,
    ...(otlpEndpoint
      ? { traceExporter: new OTLPTraceExporter({ url: new URL('/v1/traces', otlpEndpoint).href }) }
      : { spanProcessors: [discardSpans] }),
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => url === '/metrics' || url?.startsWith('/health') === true,
      }),
    ],
  });
  sdk.start();
  return sdk;
}

/** W3C Trace Context of the span that is active now, if any. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}
