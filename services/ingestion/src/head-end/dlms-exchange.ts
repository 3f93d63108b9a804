import { connect, type Socket } from 'node:net';
import { exchangeLine, type ExchangeLine } from './exchange-line.ts';
import type { DlmsAddress } from './network-address.ts';

/** The meter did not answer: nothing is known of what it did. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** One APDU out, one APDU back, over a TCP connection of our own to a meter. */
export class DlmsExchange {
  private readonly socket: Socket;
  private readonly line: ExchangeLine;
  private readonly timeoutMs: number;
  private waiting: { resolve(apdu: Uint8Array | undefined): void; reject(error: NoAnswer): void } | undefined;

  private constructor(socket: Socket, address: DlmsAddress, timeoutMs: number) {
    this.socket = socket;
    this.line = exchangeLine(address);
    this.timeoutMs = timeoutMs;
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.fail(error.message));
    socket.on('close', () => this.fail('it closed the connection'));
  }

  /** @throws {NoAnswer} where no connection comes about in time */
  static async open(address: DlmsAddress, timeoutMs: number): Promise<DlmsExchange> {
    const exchange = new DlmsExchange(await connected(address, timeoutMs), address, timeoutMs);
    try {
      const opening = exchange.line.open();
      if (opening.length > 0) await exchange.answerTo(opening);
      return exchange;
    } catch (error) {
      exchange.close();
      throw error;
    }
  }

  /** @throws {NoAnswer} where none comes in time, or what comes is no frame */
  async ask(apdu: Uint8Array): Promise<Uint8Array> {
    return (await this.answerTo(this.line.send(apdu)))!;
  }

  close(): void {
    for (const octets of this.socket.writable ? this.line.close() : []) this.socket.write(octets);
    this.socket.destroySoon();
    // Where the other side does not take its leave.
    setTimeout(() => this.socket.destroy(), this.timeoutMs).unref();
  }

  /** What comes back; undefined where that is only that the line is open. */
  private async answerTo(octets: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
    let send = octets;
    for (let repetitions = this.line.repetitions; ; repetitions--) {
      const answer = Promise.withResolvers<Uint8Array | undefined>();
      this.waiting = answer;
      const inTime = setTimeout(() => this.fail(`no answer within ${this.timeoutMs} ms`), this.timeoutMs);
      try {
        if (this.socket.destroyed) throw new NoAnswer('the connection is closed');
        for (const part of send) this.socket.write(part);
        return await answer.promise;
      } catch (error) {
        if (repetitions === 0 || this.socket.destroyed) throw error;
        send = this.line.repeat();
      } finally {
        clearTimeout(inTime);
        this.waiting = undefined;
      }
    }
  }

  private take(chunk: Uint8Array): void {
    const { send, answers, fault } = this.line.receive(chunk);
    for (const octets of send) this.socket.write(octets);
    for (const answer of answers) this.waiting?.resolve(answer);
    if (fault === undefined) return;
    this.fail(fault);
    this.socket.destroy();
  }

  private fail(reason: string): void {
    this.waiting?.reject(new NoAnswer(reason));
  }
}

function connected({ host, port }: DlmsAddress, timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, noDelay: true });
  const giveUp = (reason: string) => {
    socket.destroy();
    reject(new NoAnswer(reason));
  };
  const timer = setTimeout(() => giveUp(`no connection within ${timeoutMs} ms`), timeoutMs);
  socket.once('error', (error) => giveUp(error.message));
  socket.once('connect', () => {
    socket.removeAllListeners('error');
    resolve(socket);
  });
  return promise.finally(() => clearTimeout(timer));
}
