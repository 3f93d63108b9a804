import { connect, type Socket } from 'node:net';
import { decodeDataNotificationConfirm, isDecodeError } from '@metermesh/protocols';
import { wrapperLine, type ConcentratorLine } from './concentrator-line.ts';
import type { Push } from './dlms-meter.ts';
import { FrameQueue, nameOf, type QueuedFrame } from './frame-queue.ts';

export interface ConcentratorSettings {
  readonly host: string;
  readonly port: number;
  /** Frames that may be on their way unconfirmed. */
  readonly window?: number;
  /** How long a frame is waited for; then the next takes its turn, and it goes out again with the next upload. */
  readonly confirmWithinMs?: number;
  /** Where frames wait: in memory unless given. */
  readonly queue?: FrameQueue;
  /** The wrapper unless given. */
  readonly line?: () => ConcentratorLine;
}

/**
 * A data concentrator: hears meters of its PLC or radio network at any time, keeps what they say, and uploads it over one
 * TCP connection. A frame is forgotten when the head-end has confirmed it to its meter, not before; so after a cut, or
 * another life with the same queue, everything goes out again that might not have arrived.
 */
export class Concentrator {
  private readonly settings: ConcentratorSettings;
  private readonly queue: FrameQueue;
  private socket: Socket | undefined;

  constructor(settings: ConcentratorSettings) {
    this.settings = settings;
    this.queue = settings.queue ?? new FrameQueue();
  }

  /** Frames that are not confirmed. */
  get waiting(): number {
    return this.queue.size;
  }

  /** @param meter its number on the concentrator's line, 1 to 65535 */
  hear(meter: number, { apdu, invokeId }: Push): void {
    this.queue.add({ meter, invokeId, apdu });
  }

  /**
   * Uploads what waits, and what is heard meanwhile. Resolves when nothing is left that might still be confirmed: what the
   * head-end refuses stays. Rejects where the connection ends before that.
   */
  async upload(): Promise<void> {
    const socket = await opened(this.settings);
    this.socket = socket;
    try {
      await new Upload(socket, this.queue, this.settings).done;
    } finally {
      this.socket = undefined;
      socket.destroy();
    }
  }

  /** Uploads until nothing waits any more, over as many connections as that takes. */
  async uploadAll(signal: AbortSignal, retryAfterMs = 100): Promise<void> {
    while (this.waiting > 0 && !signal.aborted) {
      await this.upload().catch(() => new Promise((resolve) => setTimeout(resolve, retryAfterMs)));
    }
  }

  /** Dies, in the middle of a frame if it has one. */
  die(): void {
    const [frame] = this.queue.waiting();
    const octets = frame && (this.settings.line ?? wrapperLine)().encode(frame.meter, frame.apdu);
    // Half a frame, and then no more.
    if (octets) this.socket?.write(octets.subarray(0, octets.length >> 1));
    this.socket?.resetAndDestroy();
  }
}

/** One connection's worth of it. */
class Upload {
  readonly done: Promise<void>;
  private readonly settled = Promise.withResolvers<void>();
  private readonly socket: Socket;
  private readonly queue: FrameQueue;
  private readonly line: ConcentratorLine;
  private readonly window: number;
  private readonly confirmWithinMs: number;
  /** Sent in this upload, whatever became of it. */
  private readonly sent = new Set<string>();
  private readonly underWay = new Map<string, NodeJS.Timeout>();

  constructor(socket: Socket, queue: FrameQueue, settings: ConcentratorSettings) {
    this.socket = socket;
    this.queue = queue;
    this.line = (settings.line ?? wrapperLine)();
    this.window = settings.window ?? 64;
    this.confirmWithinMs = settings.confirmWithinMs ?? 30_000;
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.settled.reject(new Error('The head-end closed the connection.')));
    this.done = this.settled.promise.finally(() => this.underWay.forEach((timer) => clearTimeout(timer)));
    this.fill();
  }

  private fill(): void {
    for (const frame of this.queue.waiting()) {
      if (this.underWay.size >= this.window) return;
      if (!this.sent.has(nameOf(frame))) this.send(frame);
    }
    if (this.underWay.size === 0) this.settled.resolve();
  }

  private send(frame: QueuedFrame): void {
    const name = nameOf(frame);
    this.sent.add(name);
    this.underWay.set(
      name,
      setTimeout(() => this.free(name), this.confirmWithinMs),
    );
    this.socket.write(this.line.encode(frame.meter, frame.apdu));
  }

  private take(chunk: Uint8Array): void {
    for (const { meter, apdu } of this.line.push(chunk)) {
      const confirm = decodeDataNotificationConfirm(apdu);
      if (isDecodeError(confirm)) return void this.socket.destroy();
      const confirmed = { meter, invokeId: confirm.invokeId.id };
      if (this.queue.confirm(confirmed)) this.free(nameOf(confirmed));
    }
  }

  private free(name: string): void {
    clearTimeout(this.underWay.get(name));
    this.underWay.delete(name);
    this.fill();
  }
}

function opened({ host, port }: ConcentratorSettings): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
