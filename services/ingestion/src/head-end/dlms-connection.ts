import type { Socket } from 'node:net';
import { isRefusal } from '@metermesh/decider';
import {
  encodeDataNotificationConfirm,
  encodeWrapper,
  isDecodeError,
  WrapperSplitter,
  type WrapperFrame,
} from '@metermesh/protocols';
import type { Outcome, Submission } from '../submission.ts';
import { dlmsFragment, dlmsSubmission } from './dlms-submission.ts';

export interface DlmsConnectionOptions {
  /** Records a submission; rejects where it could not be written down. */
  record(submission: Submission): Promise<Outcome>;
  idleMs: number;
  now(): number;
}

/** Longest APDU accepted, in octets: the most that the wrapper's length can say. */
const LONGEST_FRAME = 65_535;
/** Frames of one connection that may be under way; beyond, the meter is not read from until they are written down. */
const MOST_UNDER_WAY = 16;

/**
 * One meter's (or concentrator's) TCP connection with the DLMS wrapper (IEC 62056-47). A push that asks for it is
 * confirmed only once it is committed; one that is refused, or that could not be written down, is not.
 */
export class DlmsConnection {
  private readonly socket: Socket;
  private readonly options: DlmsConnectionOptions;
  private readonly splitter = new WrapperSplitter(LONGEST_FRAME);
  private readonly queue: WrapperFrame[] = [];
  private readonly underWay = new Set<Promise<void>>();
  /** When the first octet of the frame came that is not complete, milliseconds since 1970. */
  private frameBegan = 0;
  private isBroken = false;
  private isDraining = false;

  constructor(socket: Socket, options: DlmsConnectionOptions) {
    this.socket = socket;
    this.options = options;
    socket.setNoDelay(true).setTimeout(options.idleMs);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('timeout', () => this.end());
    socket.on('end', () => this.end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.keepFragment());
  }

  /** Reads no more, answers what is under way, and closes. */
  async drain(): Promise<void> {
    this.isDraining = true;
    this.socket.pause();
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    this.socket.destroySoon();
  }

  private take(chunk: Uint8Array): void {
    if (this.isBroken) return;
    const now = this.options.now();
    const isFirstOfFrame = this.splitter.pending === 0;
    const frames = this.splitter.push(chunk);
    if (isFirstOfFrame || frames.length > 0) this.frameBegan = now;
    for (const frame of frames) {
      if (isDecodeError(frame)) {
        this.isBroken = true;
        this.start(this.options.record(dlmsFragment(this.splitter.held, now, frame)).then(() => {}));
      } else {
        this.queue.push(frame);
      }
    }
    this.work();
    // Drop by drop a frame would keep its connection busy for ever.
    if (this.splitter.pending > 0 && now - this.frameBegan > this.options.idleMs) this.end();
  }

  private work(): void {
    while (this.queue.length > 0 && this.underWay.size < MOST_UNDER_WAY)
      this.start(this.handle(this.queue.shift()!));
    if (this.queue.length > 0) this.socket.pause();
    else if (!this.isDraining) this.socket.resume();
    if (this.isBroken && this.underWay.size === 0) this.socket.destroySoon();
  }

  private start(work: Promise<void>): void {
    const settled: Promise<void> = work
      // Neither recorded nor kept aside: the meter must not believe otherwise, and sends it again on a new connection.
      .catch(() => void this.socket.destroy())
      .finally(() => {
        this.underWay.delete(settled);
        if (!this.socket.destroyed) this.work();
      });
    this.underWay.add(settled);
  }

  private async handle({ source, destination, payload }: WrapperFrame): Promise<void> {
    const outcome = await this.options.record(dlmsSubmission(payload, this.options.now()));
    if (isRefusal(outcome)) return;
    const { confirmed, invokeId } = outcome.push;
    if (!confirmed || invokeId === undefined || !this.socket.writable) return;
    const confirm = encodeDataNotificationConfirm({ id: invokeId, confirmed: true, highPriority: false });
    this.socket.write(encodeWrapper({ source: destination, destination: source, payload: confirm }));
  }

  private end(): void {
    void this.drain();
  }

  private keepFragment(): void {
    const { held } = this.splitter;
    if (held.length === 0 || this.isBroken) return;
    const cut = {
      code: 'FRAME_TRUNCATED',
      message: `The connection ended after ${held.length} octets of a frame: the meter sends it again.`,
    };
    const fragment = dlmsFragment(held, this.options.now(), cut);
    // Nobody waits for an answer any more; where even this fails the meter still has its frame.
    this.options.record(fragment).catch(() => {});
  }
}
