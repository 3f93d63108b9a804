import { connect, type Socket } from 'node:net';
import { encodeWrapper, isDecodeError, WrapperSplitter } from '@metermesh/protocols';
import type { DlmsAddress } from './network-address.ts';

/** The meter did not answer: nothing is known of what it did. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** One APDU out, one APDU back, over a TCP connection of our own to a meter. */
export class DlmsExchange {
  private readonly socket: Socket;
  private readonly address: DlmsAddress;
  private readonly timeoutMs: number;
  private readonly splitter = new WrapperSplitter();
  private waiting: { resolve(apdu: Uint8Array): void; reject(error: NoAnswer): void } | undefined;

  private constructor(socket: Socket, address: DlmsAddress, timeoutMs: number) {
    this.socket = socket;
    this.address = address;
    this.timeoutMs = timeoutMs;
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.fail(error.message));
    socket.on('close', () => this.fail('it closed the connection'));
  }

  /** @throws {NoAnswer} where no connection comes about in time */
  static open(address: DlmsAddress, timeoutMs: number): Promise<DlmsExchange> {
    const { promise, resolve, reject } = Promise.withResolvers<DlmsExchange>();
    const socket = connect({ host: address.host, port: address.port, noDelay: true });
    const giveUp = (reason: string) => {
      socket.destroy();
      reject(new NoAnswer(reason));
    };
    const timer = setTimeout(() => giveUp(`no connection within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', (error) => giveUp(error.message));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(new DlmsExchange(socket, address, timeoutMs));
    });
    return promise.finally(() => clearTimeout(timer));
  }

  /** @throws {NoAnswer} where none comes in time, or what comes is no frame */
  async ask(apdu: Uint8Array): Promise<Uint8Array> {
    const answer = Promise.withResolvers<Uint8Array>();
    this.waiting = answer;
    const timer = setTimeout(() => this.fail(`no answer within ${this.timeoutMs} ms`), this.timeoutMs);
    try {
      if (this.socket.destroyed) throw new NoAnswer('the connection is closed');
      this.socket.write(
        encodeWrapper({ source: this.address.client, destination: this.address.server, payload: apdu }),
      );
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.waiting = undefined;
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Uint8Array): void {
    for (const frame of this.splitter.push(chunk)) {
      if (isDecodeError(frame)) {
        this.fail(frame.message);
        this.socket.destroy();
      } else {
        this.waiting?.resolve(frame.payload);
      }
    }
  }

  private fail(reason: string): void {
    this.waiting?.reject(new NoAnswer(reason));
  }
}
