import {
  DecodeError,
  encodeHdlcSegments,
  HDLC_CONTROL,
  HdlcLink,
  HdlcReassembler,
  HdlcSplitter,
  isDecodeError,
  LLC_COMMAND,
  type HdlcAddress,
  type HdlcFrame,
} from '@metermesh/protocols';
import { LONGEST_APDU, type ArrivedApdu, type Framing, type NoFrame, type Received } from './dlms-framing.ts';

/** Links of one line that are open at once; the one that was opened first gives way. */
const MOST_LINKS = 1024;
/** The largest parameters that a frame can hold: whoever opens a link may send as it likes. */
const PARAMETERS = { maximumTransmit: 128, maximumReceive: 2030, windowTransmit: 1, windowReceive: 7 };
const POLL = 0x10;

/**
 * HDLC of IEC 62056-46 in a TCP stream, of one meter or of many behind a concentrator. Meters push in UI frames and, some
 * of them, in I frames without ever having opened a link; both are answered in UI frames. Whoever opens a link (SNRM) is
 * answered on it: UA at once, RR or the confirm when what it sent is settled. Damaged frames are passed over, and the
 * stream goes on at the next whole one.
 */
export class HdlcFraming implements Framing {
  isBroken = false;
  private readonly splitter = new HdlcSplitter();
  private readonly reassembler = new HdlcReassembler();
  private readonly links = new Map<string, HdlcLink>();
  /** What came since the last APDU was complete. */
  private parts: Uint8Array[] = [];
  private heldOctets = 0;
  private apdus: ArrivedApdu[] = [];
  private lost: NoFrame[] = [];
  private send: Uint8Array[] = [];

  get held(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  get pending(): number {
    return this.heldOctets;
  }

  push(chunk: Uint8Array): Received {
    this.apdus = [];
    this.lost = [];
    this.send = [];
    this.parts.push(new Uint8Array(chunk));
    this.heldOctets += chunk.length;
    for (const frame of this.splitter.push(chunk)) {
      if (isDecodeError(frame)) this.lose(frame);
      else this.take(frame);
    }
    const isBetweenFrames = this.splitter.pending <= 1 && this.reassembler.unfinished === 0;
    if (isBetweenFrames) this.forget();
    else if (this.heldOctets > 2 * LONGEST_APDU) {
      this.isBroken = true;
      this.lose(new DecodeError('DLMS_FRAME_TOO_LONG', `An APDU has at most ${LONGEST_APDU} octets.`, 0));
    }
    return { apdus: this.apdus, lost: this.lost, send: this.send };
  }

  private take(frame: HdlcFrame): void {
    const { control, source, destination } = frame;
    const name = `${addressName(destination)} ${addressName(source)}`;
    const isUnnumberedInformation = (control | POLL) === HDLC_CONTROL.UI;
    if ((control | POLL) === HDLC_CONTROL.SNRM && !this.links.has(name)) this.open(name, frame);
    const link = this.links.get(name);
    if (link && !isUnnumberedInformation) return this.takeOnLink(link, frame);
    const apdu = this.reassembler.push(frame);
    if (apdu === undefined) return;
    if (isDecodeError(apdu)) return this.lose(apdu);
    this.arrive(frame, apdu, (answer) => (answer ? inUnnumberedFrames(frame, answer) : NOTHING));
  }

  private open(name: string, { source: peer, destination: own }: HdlcFrame): void {
    this.links.set(name, new HdlcLink({ role: 'server', own, peer, parameters: PARAMETERS }));
    if (this.links.size > MOST_LINKS) this.links.delete(this.links.keys().next().value!);
  }

  private takeOnLink(link: HdlcLink, frame: HdlcFrame): void {
    const { apdus, errors, send } = link.receiveFrame(frame);
    this.send.push(...send);
    for (const error of errors) this.lose(error);
    for (const apdu of apdus)
      this.arrive(frame, apdu, (answer) => (answer ? Buffer.concat(link.send(answer)) : link.acknowledge()));
  }

  private arrive({ source }: HdlcFrame, apdu: Uint8Array, answer: ArrivedApdu['answer']): void {
    this.apdus.push({ apdu, from: `address ${addressName(source)}`, answer });
  }

  /** Segments that miss one are not joined: their sender, unanswered, sends all of them again. */
  private lose(why: DecodeError): void {
    if (this.lost.length === 0) this.lost.push({ octets: this.held, why });
    this.reassembler.reset();
  }

  private forget(): void {
    this.parts = [];
    this.heldOctets = 0;
  }
}

function inUnnumberedFrames({ source, destination }: HdlcFrame, apdu: Uint8Array): Uint8Array {
  const header = { source: destination, destination: source, control: HDLC_CONTROL.UI };
  return Buffer.concat(encodeHdlcSegments(Buffer.concat([LLC_COMMAND, apdu]), header));
}

const addressName = ({ upper, lower }: HdlcAddress) =>
  lower === undefined ? `${upper}` : `${upper}/${lower}`;
const NOTHING = new Uint8Array(0);
