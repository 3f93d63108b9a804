import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What ties the consequences of one request together. */
export interface Correlation {
  correlationId: string;
  /** Id of the fact or request being handled. */
  causationId?: string;
  actor?: string;
}

const storage = new AsyncLocalStorage<Correlation>();

/** The correlation of what is being handled now. */
export function currentCorrelation(): Correlation | undefined {
  return storage.getStore();
}

/** Runs `work`, and all that it awaits, under a correlation; under a new one where no id is given. */
export function withCorrelation<Result>(correlation: Partial<Correlation>, work: () => Result): Result {
  return storage.run({ ...correlation, correlationId: correlation.correlationId ?? randomUUID() }, work);
}
