import type { Socket } from 'node:net';
import { isRefusal } from '@metermesh/decider';
import { encodeDataNotificationConfirm } from '@metermesh/protocols';
import type { Outcome, Submission } from '../submission.ts';
import type { ArrivedApdu, Framing } from './dlms-framing.ts';
import { HdlcFraming } from './dlms-hdlc-framing.ts';
import { SendersOfLine } from './dlms-senders.ts';
import { dlmsFragment, dlmsSubmission } from './dlms-submission.ts';
import { WrapperFraming } from './dlms-wrapper-framing.ts';

export interface DlmsConnectionOptions {
  /** Records a submission; rejects where it could not be written down. */
  record(submission: Submission): Promise<Outcome>;
  idleMs: number;
  now(): number;
}

/** Frames of one connection that may be under way; beyond, nothing is read from it until they are written down. */
const MOST_UNDER_WAY = 64;

/**
 * The TCP connection of a meter, or of a concentrator for many, in the wrapper or in HDLC. A push that asks for it is
 * confirmed only once it is committed, to the meter that sent it; one that is refused, or that could not be written down,
 * is not. Whoever sends faster than that waits: memory is bounded by one chunk of the stream and one frame.
 */
export class DlmsConnection {
  private readonly socket: Socket;
  private readonly options: DlmsConnectionOptions;
  private framing: Framing | undefined;
  private readonly senders = new SendersOfLine();
  private readonly queue: ArrivedApdu[] = [];
  private readonly underWay = new Set<Promise<void>>();
  /** When the first octet of the frame came that is not complete, milliseconds since 1970. */
  private frameBegan = 0;
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
    const framing = (this.framing ??= framingOf(chunk[0]!));
    if (framing.isBroken) return;
    const now = this.options.now();
    const isFirstOfFrame = framing.pending === 0;
    const { apdus, lost, send } = framing.push(chunk);
    if (isFirstOfFrame || apdus.length > 0) this.frameBegan = now;
    for (const octets of send) this.write(octets);
    for (const { octets, why } of lost)
      this.start(this.options.record(dlmsFragment(octets, now, why)).then(() => {}));
    this.queue.push(...apdus);
    this.work();
    // Drop by drop a frame would keep its connection busy for ever.
    if (framing.pending > 0 && now - this.frameBegan > this.options.idleMs) this.end();
  }

  private work(): void {
    while (this.queue.length > 0 && this.underWay.size < MOST_UNDER_WAY)
      this.start(this.handle(this.queue.shift()!));
    if (this.queue.length > 0) this.socket.pause();
    else if (!this.isDraining) this.socket.resume();
    if (this.framing?.isBroken && this.underWay.size === 0) this.socket.destroySoon();
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

  private async handle(arrived: ArrivedApdu): Promise<void> {
    const { apdu, from } = arrived;
    const submission = dlmsSubmission(apdu, this.options.now(), this.senders.of(from));
    this.senders.learn(from, submission.sender);
    this.write(answerTo(arrived, await this.options.record(submission)));
  }

  /** What a commit confirms at once leaves at once. */
  private write(octets: Uint8Array): void {
    if (octets.length === 0 || !this.socket.writable) return;
    if (this.socket.writableCorked === 0) {
      this.socket.cork();
      setImmediate(() => this.socket.uncork());
    }
    this.socket.write(octets);
  }

  private end(): void {
    void this.drain();
  }

  private keepFragment(): void {
    const held = this.framing?.held ?? new Uint8Array(0);
    if (held.length === 0 || this.framing?.isBroken) return;
    const cut = {
      code: 'FRAME_TRUNCATED',
      message: `The connection ended after ${held.length} octets of a frame: the meter sends it again.`,
    };
    const fragment = dlmsFragment(held, this.options.now(), cut);
    // Nobody waits for an answer any more; where even this fails the meter still has its frame.
    this.options.record(fragment).catch(() => {});
  }
}

const HDLC_FLAG = 0x7e;

/** HDLC (IEC 62056-46) begins with its flag, the wrapper (IEC 62056-47) with a zero. */
const framingOf = (firstOctet: number): Framing =>
  firstOctet === HDLC_FLAG ? new HdlcFraming() : new WrapperFraming();

/** The octets that go back once it is known what became of an APDU: a confirm, where it is recorded and asked for one. */
export function answerTo({ answer }: ArrivedApdu, outcome: Outcome): Uint8Array {
  if (isRefusal(outcome)) return answer();
  const { confirmed, invokeId } = outcome.push;
  if (!confirmed || invokeId === undefined) return answer();
  return answer(encodeDataNotificationConfirm({ id: invokeId, confirmed: true, highPriority: false }));
}
