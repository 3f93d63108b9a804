import { isRefusal } from '@metermesh/decider';
import { CORRELATION_HEADER, correlationIdOf } from '@metermesh/service-kit';
import type { Log } from '@metermesh/messaging';
import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import type { Authenticator } from '../authentication.ts';
import { unauthenticated } from '../graph/authenticated-context.ts';
import type { GraphOperation } from '../graph/federated-graph.ts';
import { sendError } from '../graph/send-error.ts';
import type { Results, Subscriptions } from './subscriptions.ts';

export interface ServerSentEventsSettings {
  authenticator: Authenticator;
  subscriptions: Subscriptions;
  log: Log;
}

const KEEP_ALIVE_MS = 12_000;

/** Subscriptions as server-sent events, one a connection: the "distinct connections mode" of the graphql-sse protocol. */
export function serverSentEvents({
  authenticator,
  subscriptions,
  log,
}: ServerSentEventsSettings): RequestHandler {
  return async (request, response) => {
    const correlationId = correlationIdOf(request);
    response.setHeader(CORRELATION_HEADER, correlationId);
    let results: Results;
    try {
      const caller = await authenticator.authenticate(request.headers.authorization);
      if (isRefusal(caller)) throw unauthenticated(caller);
      const context = { caller, correlationId, traceparent: request.header('traceparent') };
      results = await subscriptions.subscribe(operationOf(request), context);
    } catch (thrown) {
      return sendError(response, thrown, log);
    }
    await send(response, results, log);
  };
}

async function send(response: Response, results: Results, log: Log): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  // Resolves when the text has left this process: a slow reader holds up its own subscription, and nothing else.
  const write = (text: string) => new Promise<void>((resolve) => response.write(text, () => resolve()));
  const keepAlive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
  response.once('close', () => void results.return());
  try {
    await write(':\n\n');
    for await (const result of results) await write(event('next', result));
    await write(event('complete'));
  } catch (error) {
    log.error({ err: error }, 'A subscription failed');
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}

function event(name: 'next' | 'complete', result?: FormattedExecutionResult): string {
  return `event: ${name}\ndata:${result ? ` ${JSON.stringify(result)}` : ''}\n\n`;
}

function operationOf({ method, body, query }: Request): GraphOperation {
  const given: unknown = method === 'GET' ? query : body;
  const { query: text, variables, operationName } = (given ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string')
    throw badRequest('Send the subscription as "query", in a JSON body or in the URL.');
  return {
    query: text,
    variables: variablesOf(variables),
    operationName: typeof operationName === 'string' ? operationName : undefined,
  };
}

function variablesOf(given: unknown): Record<string, unknown> | undefined {
  if (given === undefined || given === null) return undefined;
  let variables = given;
  try {
    if (typeof given === 'string') variables = JSON.parse(given);
  } catch {
    throw badRequest('"variables" is not JSON.');
  }
  if (typeof variables === 'object' && variables !== null) return variables as Record<string, unknown>;
  throw badRequest('"variables" is not a JSON object.');
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}
