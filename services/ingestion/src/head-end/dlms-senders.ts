import { isRefusal, type Refusal } from '@metermesh/decider';
import type { Sender } from '../domain/sender.ts';

/** As many meters as a concentrator has, and few enough to hold for every connection. */
const MOST_REMEMBERED = 4096;

/**
 * Who spoke from where on a line: event-notifications, information reports and APDUs ciphered for a service do not name
 * their device, but what came before from the same port or address of the same line did. Whether they are its own the
 * meter's keys tell, as with every other frame.
 */
export class SendersOfLine {
  private readonly senders = new Map<string, Sender>();

  of(from: string): Sender | undefined {
    return this.senders.get(from);
  }

  learn(from: string, sender: Sender | Refusal): void {
    if (isRefusal(sender)) return;
    this.senders.delete(from);
    this.senders.set(from, sender);
    if (this.senders.size > MOST_REMEMBERED) this.senders.delete(this.senders.keys().next().value!);
  }
}
