import type { NatsConnection } from '@nats-io/transport-node';
import { replayedFor } from './dead-letters.ts';
import { MalformedFact, readFact, type Fact } from './fact.ts';

/**
 * Facts as they are published from now on, to every caller: for what is shown live, and may miss what happens while it is
 * not connected. What must be handled is handled by `@OnFact`.
 */
export async function* watchFacts(
  connection: NatsConnection,
  pattern: string,
  signal: AbortSignal,
): AsyncIterable<Fact> {
  const subscription = connection.subscribe(pattern);
  const stop = () => subscription.unsubscribe();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const message of subscription) {
      if (replayedFor(message.headers) !== undefined) continue;
      try {
        yield readFact(message);
      } catch (error) {
        if (!(error instanceof MalformedFact)) throw error;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
