import { DecodeError, isDecodeError } from '../decode-error.ts';
import { encodeHdlc, HdlcSplitter, type HdlcAddress, type HdlcFrame } from './hdlc.ts';
import {
  agreedParameters,
  decodeHdlcParameters,
  defaultHdlcParameters,
  encodeHdlcParameters,
  type HdlcParameters,
} from './hdlc-parameters.ts';
import { LLC_COMMAND, LLC_RESPONSE, stripLlc } from './llc.ts';

export interface HdlcLinkSettings {
  readonly role: 'client' | 'server';
  readonly own: HdlcAddress;
  readonly peer: HdlcAddress;
  /** Proposed in SNRM (client), or the most that is agreed to (server). */
  readonly parameters?: HdlcParameters;
}

/** What became of octets that came in. */
export interface HdlcReceived {
  /** Octets to send now. */
  readonly send: readonly Uint8Array[];
  readonly apdus: readonly Uint8Array[];
  readonly errors: readonly DecodeError[];
}

/** Control fields with the poll/final bit (IEC 62056-46, 6.4.3). */
export const HDLC_CONTROL = { SNRM: 0x93, DISC: 0x53, UA: 0x73, DM: 0x1f, FRMR: 0x97, UI: 0x13 } as const;
const POLL = 0x10;
const MAX_APDU = 1 << 20;

/**
 * One end of an HDLC link in normal response mode (IEC 62056-46, 6.4): octets in, APDUs out and octets to send. It does no
 * I/O and has no clock: where an answer does not come in time, call `repeat` and send what it gives. The client calls
 * `connect`, then `send` once `isConnected`; the server waits. Bounded: one frame and one APDU (1 MiB) are held.
 */
export class HdlcLink {
  readonly #settings: HdlcLinkSettings;
  readonly #splitter = new HdlcSplitter();
  #parameters = defaultHdlcParameters;
  #state: 'closed' | 'connecting' | 'connected' | 'disconnecting' = 'closed';
  /** N(S) of the next frame of ours, N(R): of the next frame of theirs. */
  #sendNumber = 0;
  #receiveNumber = 0;
  /** Information of an APDU that has still to be sent. */
  #queue: Uint8Array[] = [];
  #parts: Uint8Array[] = [];
  #received = 0;
  /** Sent last and not acknowledged. */
  #last: Uint8Array[] = [];

  constructor(settings: HdlcLinkSettings) {
    this.#settings = settings;
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** What was agreed on: the defaults of the standard before. */
  get parameters(): HdlcParameters {
    return this.#parameters;
  }

  /** SNRM, for the client to send. */
  connect(): Uint8Array[] {
    this.#reset('connecting');
    return this.#remember(this.#frame(HDLC_CONTROL.SNRM, encodeHdlcParameters(this.#proposed())));
  }

  /** DISC, for the client to send. */
  disconnect(): Uint8Array[] {
    this.#state = 'disconnecting';
    return this.#remember(this.#frame(HDLC_CONTROL.DISC));
  }

  /** The frames of an APDU that may be sent now; the others follow as {@link receive} hears of their acknowledgement. */
  send(apdu: Uint8Array): Uint8Array[] {
    const llc = this.#settings.role === 'client' ? LLC_COMMAND : LLC_RESPONSE;
    const octets = Buffer.concat([llc, apdu]);
    const size = this.#parameters.maximumTransmit;
    this.#queue = [];
    for (let at = 0; at < octets.length; at += size) this.#queue.push(octets.subarray(at, at + size));
    return this.#sendWindow();
  }

  /** What was sent last, once more: for whoever waited for an answer in vain. */
  repeat(): Uint8Array[] {
    return this.#last;
  }

  /**
   * Takes octets of the line. Errors: those of `HdlcSplitter`, `HDLC_SEQUENCE_WRONG` (a frame was lost: it is called
   * for again), `HDLC_REJECTED` (FRMR), `HDLC_DISCONNECTED` (DM, or a frame before the link is up), `DLMS_FRAME_TOO_LONG`.
   */
  receive(octets: Uint8Array): HdlcReceived {
    return this.#receiveAll(this.#splitter.push(octets));
  }

  /** {@link receive} for a line that several links share, whose frames are found already. */
  receiveFrame(frame: HdlcFrame): HdlcReceived {
    return this.#receiveAll([frame]);
  }

  /** RR: says that everything came, where no APDU goes back that would say so. */
  acknowledge(): Uint8Array {
    return this.#receiveReady();
  }

  #receiveAll(frames: readonly (HdlcFrame | DecodeError)[]): HdlcReceived {
    const received = { send: [] as Uint8Array[], apdus: [] as Uint8Array[], errors: [] as DecodeError[] };
    for (const frame of frames) {
      if (isDecodeError(frame)) received.errors.push(frame);
      else if (this.#isForUs(frame)) this.#take(frame, received);
    }
    return received;
  }

  #isForUs({ destination, source }: HdlcFrame): boolean {
    const { own, peer } = this.#settings;
    return isSameAddress(destination, own) && isSameAddress(source, peer);
  }

  #take(
    frame: HdlcFrame,
    received: { send: Uint8Array[]; apdus: Uint8Array[]; errors: DecodeError[] },
  ): void {
    const { control } = frame;
    const { send, errors } = received;
    const unnumbered = control | POLL;
    if ((control & 0x01) === 0) this.#takeInformation(frame, received);
    else if ((control & 0x0f) === 0x01) send.push(...this.#acknowledged(control >> 5));
    else if (unnumbered === HDLC_CONTROL.UI) this.#collect(frame, received);
    else if (this.#settings.role === 'server') this.#takeCommand(unnumbered, frame, send);
    else if (unnumbered === HDLC_CONTROL.UA) this.#takeAcceptance(frame);
    else if (unnumbered === HDLC_CONTROL.FRMR) {
      errors.push(problem('HDLC_REJECTED', 'The meter rejected a frame (FRMR): connect anew.'));
      this.#reset('closed');
    } else if (unnumbered === HDLC_CONTROL.DM) {
      if (this.#state !== 'disconnecting') {
        errors.push(problem('HDLC_DISCONNECTED', 'The meter is in disconnected mode (DM): connect first.'));
      }
      this.#reset('closed');
    }
  }

  /** SNRM and DISC, which a server answers with UA. */
  #takeCommand(control: number, frame: HdlcFrame, send: Uint8Array[]): void {
    if (control === HDLC_CONTROL.SNRM) {
      this.#reset('connected');
      this.#parameters = agreedParameters(this.#proposed(), decodeHdlcParameters(frame.information));
      send.push(...this.#remember(this.#frame(HDLC_CONTROL.UA, encodeHdlcParameters(this.#parameters))));
    } else if (control === HDLC_CONTROL.DISC) {
      const answer = this.#state === 'connected' ? HDLC_CONTROL.UA : HDLC_CONTROL.DM;
      this.#reset('closed');
      send.push(...this.#remember(this.#frame(answer)));
    }
  }

  #takeAcceptance(frame: HdlcFrame): void {
    if (this.#state === 'connecting') {
      this.#reset('connected');
      this.#parameters = agreedParameters(this.#proposed(), decodeHdlcParameters(frame.information));
    } else if (this.#state === 'disconnecting') this.#reset('closed');
  }

  #takeInformation(
    frame: HdlcFrame,
    received: { send: Uint8Array[]; apdus: Uint8Array[]; errors: DecodeError[] },
  ): void {
    const { control, segmented } = frame;
    const { send, errors } = received;
    if (this.#state !== 'connected') {
      errors.push(problem('HDLC_DISCONNECTED', 'An information frame came before the link was up.'));
      if (this.#settings.role === 'server') send.push(...this.#remember(this.#frame(HDLC_CONTROL.DM)));
      return;
    }
    const number = (control >> 1) & 0x07;
    if (number !== this.#receiveNumber) {
      // One that has come before is a repetition of the other side, which has not heard us.
      const isRepetition = ((this.#receiveNumber - number) & 0x07) <= this.#parameters.windowReceive;
      if (!isRepetition) {
        const due = this.#receiveNumber;
        errors.push(
          problem('HDLC_SEQUENCE_WRONG', `Frame ${number} came where frame ${due} was due: one was lost.`),
        );
      }
      if ((control & POLL) !== 0) {
        send.push(...(isRepetition && this.#last.length > 0 ? this.#last : [this.#receiveReady()]));
      }
      return;
    }
    this.#receiveNumber = (number + 1) & 0x07;
    const more = this.#acknowledged(control >> 5);
    this.#collect(frame, received);
    if (more.length > 0) send.push(...more);
    else if (segmented && (control & POLL) !== 0) send.push(...this.#remember(this.#receiveReady()));
  }

  /** Information of an APDU, of which there may be more. */
  #collect(
    { information, segmented }: HdlcFrame,
    received: { apdus: Uint8Array[]; errors: DecodeError[] },
  ): void {
    this.#parts.push(information);
    this.#received += information.length;
    if (this.#received > MAX_APDU) {
      this.#forgetParts();
      received.errors.push(
        problem('DLMS_FRAME_TOO_LONG', `The segments join to more than ${MAX_APDU} octets.`),
      );
    } else if (!segmented) {
      received.apdus.push(stripLlc(Buffer.concat(this.#parts)));
      this.#forgetParts();
    }
  }

  /** The other side has everything before `next`: what remains of the window is sent again, what is left follows. */
  #acknowledged(next: number): Uint8Array[] {
    const outstanding = (this.#sendNumber - next) & 0x07;
    if (this.#last.length > 0 && outstanding > 0 && outstanding <= this.#last.length) {
      this.#last = this.#last.slice(-outstanding);
      return this.#last;
    }
    this.#last = [];
    return this.#sendWindow();
  }

  #sendWindow(): Uint8Array[] {
    const { windowTransmit } = this.#parameters;
    const parts = this.#queue.splice(0, windowTransmit);
    if (parts.length === 0) return [];
    this.#last = parts.map((information, index) => {
      const isLastOfWindow = index + 1 === parts.length;
      const control = (this.#receiveNumber << 5) | (isLastOfWindow ? POLL : 0) | (this.#sendNumber << 1);
      this.#sendNumber = (this.#sendNumber + 1) & 0x07;
      return this.#frame(control, information, this.#queue.length > 0 || !isLastOfWindow);
    });
    return this.#last;
  }

  #receiveReady(): Uint8Array {
    return this.#frame((this.#receiveNumber << 5) | POLL | 0x01);
  }

  #frame(control: number, information: Uint8Array = NOTHING, segmented = false): Uint8Array {
    const { own, peer } = this.#settings;
    return encodeHdlc({ destination: peer, source: own, control, segmented, information });
  }

  #remember(...frames: Uint8Array[]): Uint8Array[] {
    return (this.#last = frames);
  }

  #proposed(): HdlcParameters {
    return this.#settings.parameters ?? defaultHdlcParameters;
  }

  #forgetParts(): void {
    this.#parts = [];
    this.#received = 0;
  }

  #reset(state: 'closed' | 'connecting' | 'connected'): void {
    this.#state = state;
    this.#sendNumber = 0;
    this.#receiveNumber = 0;
    this.#queue = [];
    this.#last = [];
    this.#forgetParts();
  }
}

const NOTHING = new Uint8Array(0);
const problem = (code: string, message: string) => new DecodeError(code, message, 0);

/** The number of octets that an address is written with may differ. */
const isSameAddress = (a: HdlcAddress, b: HdlcAddress) =>
  a.upper === b.upper && (a.lower ?? 0) === (b.lower ?? 0);
