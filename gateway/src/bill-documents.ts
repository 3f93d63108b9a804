import { isRefusal } from '@metermesh/decider';
import type { Log } from '@metermesh/messaging';
import { CORRELATION_HEADER, correlationIdOf } from '@metermesh/service-kit';
import type { Request, RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import type { Authenticator } from './authentication.ts';
import { unauthenticated } from './graph/authenticated-context.ts';
import type { FederatedGraph } from './graph/federated-graph.ts';
import { sendError } from './graph/send-error.ts';

export interface BillDocumentSettings {
  authenticator: Authenticator;
  graph: FederatedGraph;
  log: Log;
}

const QUESTION = `query BillDocument($id: ID!, $format: DocumentFormat!, $language: DocumentLanguage!) {
  bill(id: $id) { document(format: $format, language: $language) { mediaType fileName base64 } }
}`;

/** A page of ours has no scripts and fetches nothing; what a tariff or a name might smuggle in finds that it may not either. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

interface Answer {
  bill: { document: { mediaType: string; fileName: string; base64: string } } | null;
}

/** `GET /bills/{id}/document?format=html|pdf&language=en|ko`: asks the graph, as the caller, and sends the file itself. */
export function billDocuments({
  authenticator,
  graph,
  log,
}: BillDocumentSettings): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const correlationId = correlationIdOf(request);
    response.setHeader(CORRELATION_HEADER, correlationId);
    try {
      const caller = await authenticator.authenticate(request.headers.authorization);
      if (isRefusal(caller)) throw unauthenticated(caller);
      const context = { caller, correlationId, traceparent: request.header('traceparent') };
      const variables = {
        id: request.params.id,
        format: choice(request, 'format', ['html', 'pdf']),
        language: choice(request, 'language', ['en', 'ko']),
      };
      const { data, errors } = await graph.execute({ query: QUESTION, variables }, context);
      if (errors?.[0]) throw new GraphQLError(errors[0].message, { extensions: errors[0].extensions });
      const { bill } = data as unknown as Answer;
      if (!bill) throw notFound(request.params.id);
      response
        .status(200)
        .set({
          'content-type': bill.document.mediaType,
          'content-disposition': `inline; filename="${bill.document.fileName}"`,
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, no-store',
        })
        .send(Buffer.from(bill.document.base64, 'base64'));
    } catch (thrown) {
      sendError(response, thrown, log);
    }
  };
}

/** The first choice where none was made, as the graph's enums spell it. */
function choice({ query }: Pick<Request, 'query'>, name: string, choices: readonly string[]): string {
  const given = query[name] ?? choices[0];
  if (typeof given === 'string' && choices.includes(given)) return given.toUpperCase();
  throw new GraphQLError(`"${name}" is one of ${choices.join(', ')}.`, {
    extensions: { code: 'BAD_REQUEST' },
  });
}

function notFound(id: string): GraphQLError {
  return new GraphQLError(`There is no bill ${JSON.stringify(id)}.`, { extensions: { code: 'NOT_FOUND' } });
}
