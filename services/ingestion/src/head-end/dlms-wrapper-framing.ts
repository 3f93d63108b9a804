import { encodeWrapper, isDecodeError, WrapperSplitter, type WrapperFrame } from '@metermesh/protocols';
import { LONGEST_APDU, type ArrivedApdu, type Framing, type NoFrame, type Received } from './dlms-framing.ts';

/** The wrapper of IEC 62056-47: its source port says which meter, or which of its logical devices, is speaking. */
export class WrapperFraming implements Framing {
  isBroken = false;
  private readonly splitter = new WrapperSplitter(LONGEST_APDU);

  get held(): Uint8Array {
    return this.splitter.held;
  }

  get pending(): number {
    return this.splitter.pending;
  }

  push(chunk: Uint8Array): Received {
    const apdus: ArrivedApdu[] = [];
    const lost: NoFrame[] = [];
    for (const frame of this.splitter.push(chunk)) {
      if (isDecodeError(frame)) {
        this.isBroken = true;
        lost.push({ octets: this.splitter.held, why: frame });
      } else {
        apdus.push(arrivedInWrapper(frame));
      }
    }
    return { apdus, lost, send: [] };
  }
}

export const arrivedInWrapper = ({ source, destination, payload }: WrapperFrame): ArrivedApdu => ({
  apdu: payload,
  from: `port ${source}`,
  answer: (apdu) =>
    apdu ? encodeWrapper({ source: destination, destination: source, payload: apdu }) : NOTHING,
});

const NOTHING = new Uint8Array(0);
