import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeWrapper, isDecodeError } from '@metermesh/protocols';
import { datagramsDropped } from '../metrics.ts';
import type { Outcome, Submission } from '../submission.ts';
import { answerTo } from './dlms-connection.ts';
import { dlmsFragment, dlmsSubmission } from './dlms-submission.ts';
import { arrivedInWrapper } from './dlms-wrapper-framing.ts';

export interface DatagramOptions {
  readonly host: string;
  readonly port: number;
  /** Records a submission; rejects where it could not be written down. */
  record(submission: Submission): Promise<Outcome>;
  now(): number;
}

/** Datagrams that may be under way. Nobody can be made to wait; beyond, they are dropped, and meters send them again. */
const MOST_UNDER_WAY = 1024;
/** Octets that the operating system keeps while we are at work: a morning's worth of meters that all wake at once. */
const RECEIVE_BUFFER = 4 << 20;

/**
 * The UDP profile of IEC 62056-47: one datagram is one wrapper frame, or several. Confirms go back in one datagram, after
 * the commit. Where a datagram claims to come from is nobody's word: so nothing is ever answered but a confirm of what is
 * recorded, once, and never more octets than came.
 */
export class DlmsDatagrams {
  private readonly options: DatagramOptions;
  private readonly socket: Socket;
  private readonly underWay = new Set<Promise<void>>();

  constructor(options: DatagramOptions) {
    this.options = options;
    this.socket = createSocket({
      type: options.host.includes(':') ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER,
    });
    this.socket.on('message', (datagram, sender) => this.take(datagram, sender));
  }

  async listen(): Promise<void> {
    this.socket.bind(this.options.port, this.options.host);
    await once(this.socket, 'listening');
    // What the network reports of one meter is no reason to stop hearing the others.
    this.socket.on('error', () => {});
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Hears no more, answers what is under way, and closes. */
  async drain(): Promise<void> {
    this.socket.removeAllListeners('message');
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    await new Promise<void>((closed) => this.socket.close(closed));
  }

  private take(datagram: Uint8Array, sender: RemoteInfo): void {
    if (this.underWay.size >= MOST_UNDER_WAY) return datagramsDropped.inc();
    const settled: Promise<void> = this.handle(datagram, sender)
      // Neither recorded nor kept aside: not answered, so that the meter sends it again.
      .catch(() => {})
      .finally(() => this.underWay.delete(settled));
    this.underWay.add(settled);
  }

  private async handle(datagram: Uint8Array, { address, port }: RemoteInfo): Promise<void> {
    const { record, now } = this.options;
    const answers = await Promise.all(
      decodeWrapper(datagram).map(async (frame) => {
        if (isDecodeError(frame)) {
          await record(dlmsFragment(datagram, now(), frame));
          return new Uint8Array();
        }
        const arrived = arrivedInWrapper(frame);
        return answerTo(arrived, await record(dlmsSubmission(arrived.apdu, now())));
      }),
    );
    const answer = Buffer.concat(answers);
    if (answer.length > 0 && answer.length <= datagram.length) this.socket.send(answer, port, address);
  }
}
