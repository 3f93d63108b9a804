import { connect } from 'node:net';
import type { HeadEnd } from './fleet.ts';

/**
 * Sends octets as they are and answers what comes back first; nothing where the other side is silent or closes.
 * @throws where no connection comes about
 */
export function exchangeOctets(to: HeadEnd, octets: Uint8Array, withinMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, () => socket.write(octets));
    const answer = (received: Uint8Array) => {
      clearTimeout(timer);
      socket.end();
      resolve(received);
    };
    const timer = setTimeout(() => answer(new Uint8Array(0)), withinMs);
    socket.once('data', answer);
    socket.once('close', () => answer(new Uint8Array(0)));
    socket.once('error', reject);
  });
}
