import type { Socket } from 'node:net';
import { isDecodeError, type FrameSplitter, type DecodeError } from '@metermesh/protocols';

export interface FrameConnectionOptions {
  readonly splitter: FrameSplitter;
  readonly idleMs: number;
  now(): number;
  /** Resolves once the frame is recorded or kept aside; rejects where it could not be written down. */
  take(frame: Uint8Array): Promise<void>;
  /** The same for octets that are no frame. */
  takeFragment(octets: Uint8Array, why: DecodeError): Promise<void>;
}

/**
 * Reads frames from a TCP stream until it ends. The next octets are read only when what came before is written down: a
 * sender that is faster than the database waits, and memory stays bounded by one chunk and one frame. These protocols
 * have no acknowledgement; where something cannot be written down the connection is closed.
 */
export async function receiveFrames(socket: Socket, options: FrameConnectionOptions): Promise<void> {
  const { splitter, idleMs, now, take, takeFragment } = options;
  socket.setTimeout(idleMs, () => socket.destroySoon());
  socket.on('error', () => socket.destroy());
  const record = (found: readonly (Uint8Array | DecodeError)[], chunk: Uint8Array) =>
    Promise.all(found.map((frame) => (isDecodeError(frame) ? takeFragment(chunk, frame) : take(frame))));
  let last: Uint8Array = new Uint8Array();
  let frameBegan = now();
  try {
    for await (const chunk of socket as AsyncIterable<Uint8Array>) {
      const isFirstOfFrame = splitter.pending === 0;
      const found = splitter.push(chunk);
      if (isFirstOfFrame || found.length > 0) frameBegan = now();
      last = chunk;
      await record(found, chunk);
      // Drop by drop a frame would keep its connection busy for ever.
      if (splitter.pending > 0 && now() - frameBegan > idleMs) break;
    }
  } catch (error) {
    if (!socket.errored && !socket.destroyed) throw error;
  } finally {
    socket.destroySoon();
    await record(splitter.end(), last);
  }
}
