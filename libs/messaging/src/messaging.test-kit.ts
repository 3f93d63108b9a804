import { factSubject } from '@metermesh/contracts';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as delay } from 'node:timers/promises';
import {
  connectNats,
  ensureStreams,
  JetStreamStrategy,
  RequestReplyStrategy,
  writeFact,
  type Fact,
  type JetStreamStrategyOptions,
} from './index.ts';

const opened: { close(): Promise<unknown> }[] = [];

/** A connection that {@link closeAll} closes, to a server with the streams in place. */
export async function openConnection(url: string): Promise<NatsConnection> {
  const connection = await connectNats({ servers: url, name: 'test' });
  await ensureStreams(connection);
  opened.unshift(connection);
  return connection;
}

/** Closes what a test has opened, the last first. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0)) await each.close();
}

export interface Served {
  connection: NatsConnection;
  /** Stops it as SIGTERM would. */
  close(): Promise<void>;
}

/** A service: a Nest application with both transports and a connection of its own, here with one controller. */
export async function serve(
  url: string,
  service: string,
  controller: Type,
  options: Partial<JetStreamStrategyOptions> = {},
): Promise<Served> {
  const connection = await connectNats({ servers: url, name: service });
  const shared = { connection, service };
  const app = await NestFactory.create(moduleOf(controller), { logger: ['error', 'fatal'] });
  app.connectMicroservice({
    strategy: new JetStreamStrategy({ ...shared, retryAfter: [20, 40], ...options }),
  });
  app.connectMicroservice({ strategy: new RequestReplyStrategy(shared) });
  let closed: Promise<void> | undefined;
  const served = { connection, close: () => (closed ??= app.close().then(() => connection.close())) };
  opened.unshift(served);
  await app.startAllMicroservices();
  await app.init();
  return served;
}

function moduleOf(controller: Type): Type {
  class TestModule {}
  Controller()(controller);
  Module({ controllers: [controller] })(TestModule);
  return TestModule;
}

export async function publishFact(
  connection: NatsConnection,
  { id, key, ...rest }: { id: string; key: string } & Partial<Fact>,
): Promise<void> {
  const type = 'metermesh.ingestion.v1.LoadProfileValidated';
  const subject = factSubject('ingestion', type, key);
  const fact = { id, type, subject, data: new Uint8Array(), service: 'ingestion', position: id, ...rest };
  await jetstream(connection).publish(subject, fact.data, { headers: writeFact(fact).headers, msgID: id });
}

/** Waits until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, within = 15_000): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${within} ms in vain for ${condition}`);
    await delay(10);
  }
}
