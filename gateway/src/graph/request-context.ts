import { randomUUID } from 'node:crypto';
import type { Caller } from '../authentication.ts';

/** What the graph knows of the operation it executes. */
export interface RequestContext {
  caller: Caller;
  correlationId: string;
  /** W3C Trace Context of the one who asks. */
  traceparent?: string;
}

/** The caller's own correlation id where it is one, else a new one. */
export function correlationIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
