import { readFileSync } from 'node:fs';
import { Module, type DynamicModule } from '@nestjs/common';
import { connectNats, currentCorrelation } from '@metermesh/messaging';
import {
  ENVIRONMENT,
  Health,
  HealthController,
  loggingModule,
  messagingLog,
  MetricsController,
  NATS,
} from '@metermesh/service-kit';
import { Logger } from 'nestjs-pino';
import { Authenticator } from './authentication.ts';
import { signingKeyOf, subgraphUrl, type GatewayEnvironment } from './environment.ts';
import { GatewayHost } from './gateway-host.ts';
import { FederatedGraph } from './graph/federated-graph.ts';
import type { Limits } from './graph/limits.ts';
import { LiveFeeds } from './live/live-feeds.ts';
import { Subscriptions } from './live/subscriptions.ts';

const ALIASES = 30;
const TOKENS = 4_000;

@Module({})
export class GatewayModule {
  static with(environment: GatewayEnvironment): DynamicModule {
    const development = environment.NODE_ENV === 'development';
    const limits: Limits = {
      depth: environment.QUERY_MAX_DEPTH,
      cost: environment.QUERY_MAX_COST,
      aliases: ALIASES,
      tokens: TOKENS,
    };
    return {
      module: GatewayModule,
      imports: [loggingModule('gateway', environment.LOG_LEVEL, () => currentCorrelation()?.correlationId)],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        {
          provide: Authenticator,
          useValue: new Authenticator({
            issuer: environment.OIDC_ISSUER,
            audience: environment.OIDC_AUDIENCE,
            jwksUrl: environment.OIDC_JWKS_URL,
          }),
        },
        {
          provide: NATS,
          inject: [Logger],
          useFactory: (logger: Logger) =>
            connectNats({ servers: environment.NATS_URL, name: 'gateway', log: messagingLog(logger) }),
        },
        {
          provide: FederatedGraph,
          inject: [Logger],
          useFactory: (logger: Logger) =>
            new FederatedGraph({
              supergraph: readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8'),
              urlOf: (name) => subgraphUrl(environment, name),
              signingKey: signingKeyOf(environment),
              limits,
              introspection: development,
              log: messagingLog(logger),
            }),
        },
        {
          provide: Subscriptions,
          inject: [FederatedGraph, LiveFeeds],
          useFactory: (graph: FederatedGraph, { feeds }: LiveFeeds) =>
            new Subscriptions(graph, feeds, limits.tokens),
        },
        Health,
        LiveFeeds,
        GatewayHost,
      ],
    };
  }
}
