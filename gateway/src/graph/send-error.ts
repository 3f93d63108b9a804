import type { Log } from '@metermesh/messaging';
import type { Response } from 'express';
import { presentThrown } from './present-error.ts';

const STATUS: Readonly<Record<string, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  SUBGRAPH_UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Answers what was thrown as GraphQL answers errors, with the HTTP status that it names or its code stands for. */
export function sendError(response: Response, thrown: unknown, log: Log): void {
  const error = presentThrown(thrown, log);
  const { http, ...extensions } = (error.extensions ?? {}) as Record<string, unknown> & {
    http?: { status: number };
  };
  const status = http?.status ?? STATUS[String(extensions['code'])] ?? 400;
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  response.status(status).json({ errors: [{ ...error, extensions }] });
}
