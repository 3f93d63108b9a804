import { readFileSync } from 'node:fs';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import { Logger, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { isRefusal } from '@metermesh/decider';
import type { Request } from 'express';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CLAIMS_HEADER, type Claims, type VerifyClaims } from './claims.ts';
import { RefusedError } from './errors.ts';
import { scalars } from './scalars.ts';
import { CLAIMS_VERIFIER } from './tokens.ts';

/** What every resolver is handed as its context. */
export interface SubgraphContext {
  claims: Claims;
  /** Loaders that batch reads within one request, made by the services on first use. */
  loaders: Map<unknown, unknown>;
}

const logger = new Logger('GraphQL');

/** The service's subgraph, schema first. Answers only requests that carry claims signed by the gateway. */
export function subgraphModule(schema: URL): DynamicModule {
  return GraphQLModule.forRootAsync<ApolloFederationDriverConfig>({
    driver: ApolloFederationDriver,
    inject: [CLAIMS_VERIFIER],
    useFactory: (verify: VerifyClaims) => ({
      path: '/graphql',
      typeDefs: readFileSync(schema, 'utf8'),
      resolvers: scalars,
      playground: false,
      graphiql: false,
      introspection: false,
      plugins: [ApolloServerPluginInlineTraceDisabled()],
      context: async ({ req }: { req: Request }): Promise<SubgraphContext> => {
        const claims = await verify(req.header(CLAIMS_HEADER));
        if (isRefusal(claims)) throw new RefusedError(claims, { status: 401 });
        return { claims, loaders: new Map() };
      },
      formatError,
    }),
  });
}

const INTERNAL: GraphQLFormattedError = {
  message: 'Something went wrong here; the operator finds it in the log by the correlation id.',
  extensions: { code: 'INTERNAL' },
};

/** Lets coded errors through as they are; logs everything else with its cause and tells the caller nothing of it. */
function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const code = formatted.extensions?.['code'];
  if (cause instanceof GraphQLError || (code !== undefined && code !== 'INTERNAL_SERVER_ERROR')) {
    const { stacktrace: _hidden, ...extensions } = formatted.extensions ?? {};
    return { ...formatted, extensions };
  }
  logger.error({ err: cause, path: formatted.path }, 'A resolver failed');
  return { ...INTERNAL, path: formatted.path, locations: formatted.locations };
}
