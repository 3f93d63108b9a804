import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';

export const CORRELATION_HEADER = 'x-correlation-id';

/**
 * Structured logs, one JSON object a line, with service, correlation id and trace id; no bodies, no headers, no tokens.
 * @param destination standard output without it
 */
export function loggingModule(
  serviceName: string,
  level: string,
  correlationId: () => string | undefined,
  destination?: DestinationStream,
): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: {
      ...(destination && { stream: destination }),
      level,
      base: { service: serviceName },
      genReqId: correlationIdOf,
      mixin: () => {
        const traceId = trace.getActiveSpan()?.spanContext().traceId;
        const id = correlationId();
        return { ...(traceId && { traceId }), ...(id && { correlationId: id }) };
      },
      serializers: {
        // What follows the path may hold a whole query, names and numbers of customers included.
        req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split('?', 1)[0] }),
        res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
      },
      customLogLevel: (_request, response, error) =>
        error || response.statusCode >= 500 ? 'error' : 'debug',
      quietReqLogger: true,
    },
  });
}

/** One id for all that a request causes: the caller's own where it is one, else a new one; the same however often asked. */
export function correlationIdOf(request: IncomingMessage & { id?: unknown }): string {
  const given = request.headers[CORRELATION_HEADER];
  request.id ??= typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
  return String(request.id);
}
