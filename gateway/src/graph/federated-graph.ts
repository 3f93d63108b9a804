import type { Server } from 'node:http';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { RefusedError } from '@metermesh/service-kit';
import {
  GraphQLError,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { JWK } from 'jose';
import { overLimit, type Limits } from './limits.ts';
import { presentError } from './present-error.ts';
import type { RequestContext } from './request-context.ts';
import { Subgraph } from './subgraph.ts';

export interface GraphSettings {
  supergraph: string;
  urlOf: (subgraph: string) => string;
  signingKey: JWK;
  limits: Limits;
  /** Whether the schema may be asked for. */
  introspection: boolean;
  log: GraphLog;
}

export interface GraphLog {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface GraphOperation {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** The five subgraphs as one graph: plans each operation, asks the services for their parts, and puts the answer together. */
export class FederatedGraph {
  readonly server: ApolloServer<RequestContext>;
  private readonly settings: GraphSettings;
  private apiSchema: GraphQLSchema | undefined;

  constructor(settings: GraphSettings) {
    this.settings = settings;
    const { introspection, limits } = settings;
    const logger = apolloLogger(settings.log);
    // The gateway package reports to its vendor unless it is told not to.
    process.env['APOLLO_TELEMETRY_DISABLED'] ??= 'true';
    const gateway = new ApolloGateway({
      supergraphSdl: settings.supergraph,
      logger,
      buildService: ({ name }) =>
        new Subgraph({ name, url: settings.urlOf(name), signingKey: settings.signingKey, log: settings.log }),
    });
    gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
      this.apiSchema = apiSchema;
    });
    this.server = new ApolloServer<RequestContext>({
      gateway,
      logger,
      introspection,
      hideSchemaDetailsFromClientErrors: !introspection,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      parseOptions: { maxTokens: limits.tokens },
      formatError: (formatted, error) => this.present(formatted, error),
      plugins: [this.limitsPlugin(), ApolloServerPluginLandingPageDisabled()],
    });
  }

  /** @param httpServer is drained when the graph stops */
  async start(httpServer: Server): Promise<void> {
    this.server.addPlugin(ApolloServerPluginDrainHttpServer({ httpServer }));
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** What callers see of the graph; throws until the supergraph is loaded. */
  get schema(): GraphQLSchema {
    if (!this.apiSchema) throw new Error('The supergraph is not loaded.');
    return this.apiSchema;
  }

  /** Executes a query or mutation of this process's own making, under the same limits as one that came over HTTP. */
  async execute(operation: GraphOperation, contextValue: RequestContext): Promise<FormattedExecutionResult> {
    const { body } = await this.server.executeOperation(operation, { contextValue });
    if (body.kind !== 'single') throw new Error('The graph answers in one piece.');
    return body.singleResult as FormattedExecutionResult;
  }

  /** The error of an operation that is over a limit. */
  limitError(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown> = {},
  ): GraphQLError | undefined {
    const refusal = overLimit(this.schema, document, operation, variables, this.settings.limits);
    return refusal && new RefusedError(refusal, { status: 400 });
  }

  private limitsPlugin(): ApolloServerPlugin<RequestContext> {
    return {
      requestDidStart: async () => ({
        didResolveOperation: async ({ document, operation, request }) => {
          if (!operation) return;
          if (operation.operation === 'subscription') throw subscriptionElsewhere();
          const error = this.limitError(document, operation, request.variables);
          if (error) throw error;
        },
      }),
    };
  }

  private present(...[formatted, error]: Parameters<NonNullable<PresentError>>) {
    const presented = presentError(formatted);
    if (presented.extensions?.['code'] === 'INTERNAL') {
      this.settings.log.error({ err: error, path: formatted.path }, 'An operation failed');
    }
    return presented;
  }
}

type PresentError = ConstructorParameters<typeof ApolloServer<RequestContext>>[0]['formatError'];

function subscriptionElsewhere(): GraphQLError {
  return new GraphQLError(
    'Subscriptions are answered over WebSocket (graphql-transport-ws, at this path) or server-sent events (at /graphql/stream).',
    { extensions: { code: 'SUBSCRIPTION_TRANSPORT', http: { status: 400 } } },
  );
}

function apolloLogger(log: GraphLog) {
  const quiet = () => {};
  return {
    debug: quiet,
    info: quiet,
    warn: (message: unknown) => log.warn({}, String(message)),
    error: (message: unknown) => log.error({}, String(message)),
  };
}
