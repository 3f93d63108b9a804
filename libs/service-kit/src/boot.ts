import 'reflect-metadata';
import type { Server } from 'node:http';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { JetStreamStrategy, RequestReplyStrategy, withCorrelation } from '@metermesh/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NextFunction, Request, Response } from 'express';
import { Logger as PinoLogger } from 'nestjs-pino';
import type { DynamicModule } from '@nestjs/common';
import { EnvironmentError } from './environment.ts';
import { correlationIdOf } from './logging.ts';
import { messagingLog, NO_CONTEXT } from './messaging-log.ts';
import { startMetrics } from './metrics.ts';
import { startTelemetry } from './telemetry.ts';
import { NATS } from './tokens.ts';

export interface BootSettings {
  name: string;
  environment: { HTTP_HOST: string; HTTP_PORT: number; OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined };
  module: Type | DynamicModule;
  /** Whether it handles facts and answers questions over NATS. */
  microservice?: boolean;
  /** What the process needs ahead of everything else, e.g. a body parser of its own for one path. */
  configure?(app: NestExpressApplication): void;
}

export interface Running {
  app: NestExpressApplication;
  /** Where it listens, e.g. http://127.0.0.1:4003 */
  url: string;
  close(): Promise<void>;
}

/** Starts one process of the mesh: listens on HTTP, then takes facts and questions. Where it cannot, it leaves nothing open. */
export async function boot(settings: BootSettings): Promise<Running> {
  const { name, environment, module } = settings;
  const telemetry = await startTelemetry(name, environment.OTEL_EXPORTER_OTLP_ENDPOINT);
  startMetrics(name);
  const app = await NestFactory.create<NestExpressApplication>(module, {
    bufferLogs: true,
    abortOnError: false,
  });
  const close = async () => {
    await app.close();
    await telemetry.shutdown();
  };
  try {
    const url = await listen(app, settings);
    app.get(PinoLogger).log({ url }, `${name} is up`, NO_CONTEXT);
    return { app, url, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Answers where. */
async function listen(
  app: NestExpressApplication,
  { name, environment, microservice = true, configure }: BootSettings,
): Promise<string> {
  app.useLogger(app.get(PinoLogger));
  app.use((request: Request, _response: Response, next: NextFunction) =>
    withCorrelation({ correlationId: correlationIdOf(request) }, next),
  );
  configure?.(app);
  if (microservice) connectTransports(app, name);
  await app.startAllMicroservices();
  await app.listen(environment.HTTP_PORT, environment.HTTP_HOST);
  return urlOf(app.getHttpServer() as Server, environment.HTTP_HOST);
}

/** {@link boot} for a `main.ts`: faults of the environment are printed plainly, and signals end the process cleanly. */
export async function run(settings: () => BootSettings): Promise<void> {
  let close = async () => {};
  const stop = () => void close().then(() => process.exit(0), fail);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // A parent that holds a channel to us and is gone has no other way to say so; it may go while we still wait for NATS.
  if (process.connected) process.once('disconnect', stop);
  try {
    ({ close } = await boot(settings()));
  } catch (error) {
    fail(error);
  }
}

function connectTransports(app: NestExpressApplication, service: string): void {
  const connection = app.get<NatsConnection>(NATS);
  const log = messagingLog(app.get(PinoLogger));
  for (const strategy of [
    new JetStreamStrategy({ connection, service, log }),
    new RequestReplyStrategy({ connection, service, log }),
  ]) {
    app.connectMicroservice<MicroserviceOptions>({ strategy });
  }
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  return `http://${host}:${typeof address === 'object' && address ? address.port : ''}`;
}

function fail(error: unknown): never {
  console.error(error instanceof EnvironmentError ? error.message : error);
  process.exit(1);
}
