import { connect, type Socket } from 'node:net';
import {
  DecodeError,
  decodeDataNotificationConfirm,
  encodeWrapper,
  WrapperSplitter,
} from '@metermesh/protocols';
import type { Push } from './dlms-meter.ts';

const CONFIRM_WITHIN_MS = 30_000;
/** Wrapper ports: the meter's management logical device pushes to the head-end's client. */
const METER = 1;
const HEAD_END = 1;

/** The head-end heard the push and keeps silent, as it does where it refuses. */
export class NotConfirmed extends Error {}

/** A meter's TCP connection to the head-end: pushes go out, confirmations come back. */
export class PushConnection {
  private readonly socket: Socket;
  private readonly waiting = new Map<string, { resolve(): void; reject(error: Error): void }>();

  private constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new WrapperSplitter();
    socket.on('data', (chunk) => {
      for (const frame of splitter.push(chunk)) {
        if (frame instanceof DecodeError) return void socket.destroy(new Error(frame.message));
        const confirm = decodeDataNotificationConfirm(frame.payload);
        if (confirm instanceof DecodeError) return void socket.destroy(new Error(confirm.message));
        this.waiting.get(keyOf(frame.destination, confirm.invokeId.id))?.resolve();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.waiting.values())
        reject(new Error('The head-end closed the connection.'));
    });
  }

  static open(host: string, port: number): Promise<PushConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true }, () => resolve(new PushConnection(socket)));
      socket.once('error', reject);
    });
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  /**
   * Resolves when the head-end has confirmed the push: from then on the meter may forget it.
   *
   * @param meter wrapper port: meters that share a connection count their pushes each for itself
   */
  async send({ apdu, invokeId }: Push, withinMs = CONFIRM_WITHIN_MS, meter = METER): Promise<void> {
    const key = keyOf(meter, invokeId);
    const confirmed = Promise.withResolvers<void>();
    const overdue = setTimeout(
      () => confirmed.reject(new NotConfirmed('The head-end did not confirm the push.')),
      withinMs,
    );
    this.waiting.set(key, confirmed);
    try {
      this.socket.write(encodeWrapper({ source: meter, destination: HEAD_END, payload: apdu }));
      await confirmed.promise;
    } finally {
      clearTimeout(overdue);
      this.waiting.delete(key);
    }
  }

  close(): void {
    this.socket.end();
  }
}

const keyOf = (meter: number, invokeId: number) => `${meter} ${invokeId}`;
