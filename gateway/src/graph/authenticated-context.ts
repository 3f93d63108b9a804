import { isRefusal, type Refusal } from '@metermesh/decider';
import { CORRELATION_HEADER, correlationIdOf, RefusedError } from '@metermesh/service-kit';
import type { Request, Response } from 'express';
import { Kind, parse } from 'graphql';
import {
  authenticationStatus,
  type AuthenticationCode,
  type Authenticator,
  type Caller,
} from '../authentication.ts';
import type { RequestContext } from './request-context.ts';

/** May see the schema and nothing else: no role, and a subject that no provider gives. */
const ANONYMOUS: Caller = { subject: 'anonymous', roles: [], expiresAt: new Date(8.64e15) };

/**
 * The context of an operation that came over HTTP. Refuses with 401 before anything else is done with the operation.
 * @param schemaIsPublic lets anyone ask for the schema, as an explorer does before a token is entered or when it has expired
 */
export function authenticatedContext(authenticator: Authenticator, schemaIsPublic: boolean) {
  return async ({ req, res }: { req: Request; res: Response }): Promise<RequestContext> => {
    const correlationId = correlationIdOf(req);
    res.setHeader(CORRELATION_HEADER, correlationId);
    const caller = await authenticator.authenticate(req.headers.authorization);
    const context = { correlationId, traceparent: req.header('traceparent') };
    if (!isRefusal(caller)) return { ...context, caller };
    if (schemaIsPublic && isIntrospection(req)) return { ...context, caller: ANONYMOUS };
    throw unauthenticated(caller);
  };
}

/** The refusal with its HTTP status and challenge (RFC 6750, section 3). */
export function unauthenticated(refusal: Refusal<AuthenticationCode>): RefusedError {
  const http = { status: authenticationStatus(refusal), headers: new Map([['www-authenticate', 'Bearer']]) };
  return new RefusedError(refusal, http);
}

/** Whether nothing but the schema is asked for. */
function isIntrospection({ method, body, query }: Request): boolean {
  // What would be executed: a GET may carry a body too, which nobody heeds.
  const { query: text }: { query?: unknown } = (method === 'POST' ? body : query) ?? {};
  if (typeof text !== 'string') return false;
  try {
    const operations = parse(text, { maxTokens: 1_000 }).definitions.filter(
      (node) => node.kind === Kind.OPERATION_DEFINITION,
    );
    return operations.every(({ selectionSet }) =>
      selectionSet.selections.every((node) => node.kind === Kind.FIELD && node.name.value.startsWith('__')),
    );
  } catch {
    return false;
  }
}
