import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { LoggerModule } from 'nestjs-pino';

export const CORRELATION_HEADER = 'x-correlation-id';

/** Structured logs, one JSON object a line, with service, correlation id and trace id; no bodies, no headers, no tokens. */
export function loggingModule(
  serviceName: string,
  level: string,
  correlationId: () => string | undefined,
): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: {
      level,
      base: { service: serviceName },
      genReqId: (request: IncomingMessage) => header(request, CORRELATION_HEADER) ?? randomUUID(),
      customProps: (request: IncomingMessage & { id?: unknown }) => ({ correlationId: request.id }),
      mixin: () => {
        const traceId = trace.getActiveSpan()?.spanContext().traceId;
        const id = correlationId();
        return { ...(traceId && { traceId }), ...(id && { correlationId: id }) };
      },
      serializers: {
        req: (request: { method: string; url: string }) => ({ method: request.method, url: request.url }),
        res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
      },
      customLogLevel: (_request, response, error) =>
        error || response.statusCode >= 500 ? 'error' : 'debug',
      quietReqLogger: true,
    },
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
