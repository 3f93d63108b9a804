import type { ConsumerMessages } from '@nats-io/jetstream';
import type { Subscription } from '@nats-io/transport-node';

/**
 * Ends a fetch without losing the message that the server may have sent already, which would otherwise be missed until its
 * wait is over. A fetch ends when its subscription is drained, but the library does not offer to drain it.
 */
export async function drain(
  messages: (ConsumerMessages & { sub?: Subscription }) | undefined,
): Promise<void> {
  await messages?.sub?.drain().catch(() => undefined);
  messages?.stop();
}
