import { Controller, Get, Header } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';

/** Starts the metrics that every Node.js process has: event loop delay, heap, garbage collection. */
export function startMetrics(serviceName: string): void {
  register.setDefaultLabels({ service: serviceName });
  collectDefaultMetrics();
}

@Controller('metrics')
export class MetricsController {
  @Get()
  @Header('Content-Type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}
