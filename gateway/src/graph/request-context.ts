import type { Caller } from '../authentication.ts';

/** What the graph knows of the operation it executes. */
export interface RequestContext {
  caller: Caller;
  correlationId: string;
  /** W3C Trace Context of the one who asks. */
  traceparent?: string;
}
