import { Controller, Get, Header } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';

let started = false;

/** Starts the metrics that every Node.js process has: event loop delay, heap, garbage collection; once a process. */
export function startMetrics(serviceName: string): void {
  if (started) return;
  started = true;
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
