import type { Server } from 'node:http';
import { expressMiddleware } from '@as-integrations/express5';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ENVIRONMENT, Health, messagingLog, NATS } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import type { Disposable } from 'graphql-ws';
import { Logger } from 'nestjs-pino';
import { Authenticator } from './authentication.ts';
import { billDocuments } from './bill-documents.ts';
import type { GatewayEnvironment } from './environment.ts';
import { explorer } from './explorer.ts';
import { authenticatedContext } from './graph/authenticated-context.ts';
import { FederatedGraph } from './graph/federated-graph.ts';
import { serverSentEvents } from './live/server-sent-events.ts';
import { Subscriptions } from './live/subscriptions.ts';
import { serveWebSocket } from './live/web-socket.ts';

const PATH = '/graphql';

/** Puts the graph where callers find it: POST and GET, WebSocket, server-sent events, and the explorer of development. */
@Injectable()
export class GatewayHost implements OnModuleInit, BeforeApplicationShutdown {
  private sockets: Disposable | undefined;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly graph: FederatedGraph,
    private readonly authenticator: Authenticator,
    private readonly subscriptions: Subscriptions,
    private readonly logger: Logger,
    @Inject(ENVIRONMENT) private readonly environment: GatewayEnvironment,
    @Inject(NATS) nats: NatsConnection,
    health: Health,
  ) {
    health.register('graph', async () => void graph.schema);
    health.register('nats', async () => void (await nats.rtt()));
    health.register('identity-provider', () => authenticator.assertKeysKnown());
  }

  async onModuleInit(): Promise<void> {
    const { authenticator, subscriptions, graph } = this;
    const log = messagingLog(this.logger);
    const express = this.http.httpAdapter.getInstance<Express>();
    const httpServer = this.http.httpAdapter.getHttpServer() as Server;
    await this.graph.start(httpServer);
    const development = this.environment.NODE_ENV === 'development';

    express.disable('x-powered-by');
    express.use(PATH, refuseUnreadable);
    express.use(`${PATH}/stream`, serverSentEvents({ authenticator, subscriptions, log }));
    express.get('/bills/:id/document', billDocuments({ authenticator, graph, log }));
    if (development) express.use(PATH, explorer());
    express.use(
      PATH,
      withBody,
      expressMiddleware(graph.server, { context: authenticatedContext(authenticator, development) }),
    );
    this.sockets = serveWebSocket({
      httpServer,
      path: PATH,
      schema: graph.schema,
      authenticator,
      subscriptions,
      log,
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sockets?.dispose();
    await this.graph.stop();
  }
}

/** Apollo Server expects a body to be there, even of a GET. */
const withBody: RequestHandler = (request, _response, next) => {
  request.body ??= {};
  next();
};

/** A body that could not be read is refused with a code, like everything else. */
const refuseUnreadable: ErrorRequestHandler = (
  error: { status?: number; limit?: number },
  _request,
  response,
  next,
) => {
  if (error.status === 413) {
    const message = `The request is longer than ${error.limit} bytes. Ask in several requests.`;
    response
      .status(413)
      .json({ errors: [{ message, extensions: { code: 'REQUEST_TOO_LARGE', limit: error.limit } }] });
  } else if (error.status === 400) {
    const message = 'The body is not JSON. Send {"query": …, "variables": …} as application/json.';
    response.status(400).json({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  } else next(error);
};
