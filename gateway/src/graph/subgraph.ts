import { RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { CLAIMS_HEADER, CORRELATION_HEADER, currentTraceparent, signClaims } from '@metermesh/service-kit';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { JWK } from 'jose';
import type { RequestContext } from './request-context.ts';

export interface SubgraphSettings {
  name: string;
  url: string;
  /** Signs who asks, for the subgraph to check. */
  signingKey: JWK;
  log: { warn(details: object, message: string): void };
}

type Response = Awaited<ReturnType<RemoteGraphQLDataSource['fetcher']>>;

const TIMEOUT_MS = 15_000;

/** One service's part of the graph: asked with signed claims, and named where it does not answer. */
export class Subgraph extends RemoteGraphQLDataSource<RequestContext> {
  private readonly settings: SubgraphSettings;

  constructor(settings: SubgraphSettings) {
    super({
      url: settings.url,
      fetcher: (url, init) =>
        fetch(url, { ...(init as RequestInit), signal: AbortSignal.timeout(TIMEOUT_MS) }),
    });
    this.settings = settings;
  }

  override async willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<RequestContext>) {
    const { caller, correlationId, traceparent } = context;
    const { subject, roles, customerId } = caller;
    const claims = await signClaims({ subject, roles, customerId, correlationId }, this.settings.signingKey);
    const headers = request.http!.headers;
    headers.set(CLAIMS_HEADER, claims);
    headers.set(CORRELATION_HEADER, correlationId);
    const trace = currentTraceparent() ?? traceparent;
    if (trace) headers.set('traceparent', trace);
  }

  /** A coded error in the body is the subgraph's own; any other answer without success is a subgraph out of order. */
  override async errorFromResponse(response: Response): Promise<GraphQLError> {
    const body: unknown = await response.json().catch(() => undefined);
    const first = (body as { errors?: GraphQLFormattedError[] } | undefined)?.errors?.[0];
    if (first?.extensions?.['code']) return new GraphQLError(first.message, { extensions: first.extensions });
    return this.unavailable(`it answers HTTP ${response.status}`);
  }

  override didEncounterError(error: Error): void {
    throw error instanceof GraphQLError ? error : this.unavailable('it does not answer', error);
  }

  private unavailable(why: string, cause?: Error): GraphQLError {
    const { name, url, log } = this.settings;
    log.warn({ err: cause, subgraph: name, url, why }, 'A subgraph cannot be asked');
    return new GraphQLError(`The service ${name} cannot be asked now (${why}). Try again in a moment.`, {
      originalError: cause,
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: name },
    });
  }
}
