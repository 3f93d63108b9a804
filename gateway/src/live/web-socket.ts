import type { IncomingMessage, Server } from 'node:http';
import { isRefusal } from '@metermesh/decider';
import { correlationIdOf } from '@metermesh/service-kit';
import type { Log } from '@metermesh/messaging';
import { GraphQLError, parse, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Authenticator, Caller } from '../authentication.ts';
import type { GraphOperation } from '../graph/federated-graph.ts';
import { presentThrown } from '../graph/present-error.ts';
import type { Results, Subscriptions } from './subscriptions.ts';

export interface WebSocketSettings {
  httpServer: Server;
  path: string;
  schema: GraphQLSchema;
  authenticator: Authenticator;
  subscriptions: Subscriptions;
  log: Log;
}

const FORBIDDEN = 4403;
const MAX_MESSAGE_BYTES = 100_000;
const MAX_SUBSCRIPTIONS = 100;
/** The most that a close frame carries (RFC 6455, section 5.5), less its code. */
const MAX_REASON_BYTES = 123;

/** Subscriptions over WebSocket, protocol graphql-transport-ws. The token comes in `connection_init` or as HTTP header. */
export function serveWebSocket({
  httpServer,
  path,
  schema,
  authenticator,
  subscriptions,
  log,
}: WebSocketSettings) {
  const sockets = new WebSocketServer({ server: httpServer, path, maxPayload: MAX_MESSAGE_BYTES });
  // The library plans by the operation's kind alone: what was selected is executed by Subscriptions, not by it.
  const document = parse('subscription { live }');

  return useServer<Record<string, unknown>, { caller: Caller }>(
    {
      schema,
      async onConnect({ connectionParams, extra }) {
        const caller = await authenticator.authenticate(authorizationOf(connectionParams, extra.request));
        if (isRefusal(caller)) {
          extra.socket.close(FORBIDDEN, reason(`${caller.code}: ${caller.message}`));
          return false;
        }
        extra.caller = caller;
        return true;
      },
      async onSubscribe({ extra, subscriptions: running }, _id, payload) {
        try {
          if (Object.keys(running).length > MAX_SUBSCRIPTIONS) throw tooMany();
          const results = await subscriptions.subscribe(payload as GraphOperation, {
            caller: extra.caller!,
            correlationId: correlationIdOf(extra.request),
          });
          return { schema, document, rootValue: results };
        } catch (thrown) {
          const { message, extensions } = presentThrown(thrown, log);
          return [new GraphQLError(message, { extensions })];
        }
      },
      subscribe: ({ rootValue }) => rootValue as Results as never,
      // The graph's results hold errors as they are sent already.
      onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    },
    sockets,
  );
}

function authorizationOf(
  params: Record<string, unknown> | undefined,
  request: IncomingMessage,
): string | undefined {
  const given = params?.['authorization'] ?? params?.['Authorization'];
  return typeof given === 'string' ? given : request.headers.authorization;
}

function reason(text: string): string {
  return Buffer.from(text)
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
}

function tooMany(): GraphQLError {
  return new GraphQLError(
    `One connection carries ${MAX_SUBSCRIPTIONS} subscriptions at most. Open another.`,
    {
      extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' },
    },
  );
}
