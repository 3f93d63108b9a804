/**
 * A talk with a meter as a generator: it yields APDUs to send, is resumed with the APDU that answers each, and returns
 * what came of it. It does no I/O, so that it runs over TCP, HDLC or in a test alike; see {@link converse}.
 */
export type Conversation<Outcome> = Generator<Uint8Array, Outcome, Uint8Array>;

/** Holds a conversation over a line: `ask` sends an APDU and resolves with the answer, or rejects where none comes. */
export async function converse<Outcome>(
  conversation: Conversation<Outcome>,
  ask: (apdu: Uint8Array) => Promise<Uint8Array>,
): Promise<Outcome> {
  let step = conversation.next();
  while (!step.done) step = conversation.next(await ask(step.value));
  return step.value;
}

/** {@link converse} with an other side that answers at once, e.g. a `ServerAssociation`. */
export function converseWith<Outcome>(
  conversation: Conversation<Outcome>,
  answer: (apdu: Uint8Array) => Uint8Array,
): Outcome {
  let step = conversation.next();
  while (!step.done) step = conversation.next(answer(step.value));
  return step.value;
}
