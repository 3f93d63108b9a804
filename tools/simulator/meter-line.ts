import {
  defaultHdlcParameters,
  encodeWrapper,
  HdlcLink,
  HdlcSplitter,
  isDecodeError,
  WrapperSplitter,
  type HdlcFrame,
} from '@metermesh/protocols';

/** Answers what is asked of a device; nothing where there is no such device. */
export type AnswerOf = (device: number, apdu: Uint8Array) => Uint8Array | undefined;

/** The meters' end of a TCP connection: octets in, octets to send; undefined where the other side speaks to nobody here. */
export type MeterLine = (chunk: Uint8Array) => readonly Uint8Array[] | undefined;

const HDLC_FLAG = 0x7e;

/** HDLC or the wrapper, as the client's first octet tells. */
export function meterLine(answer: AnswerOf): MeterLine {
  let line: MeterLine | undefined;
  return (chunk) => (line ??= chunk[0] === HDLC_FLAG ? hdlcLine(answer) : wrapperLine(answer))(chunk);
}

/** IEC 62056-47: the destination port is the device. */
function wrapperLine(answer: AnswerOf): MeterLine {
  const splitter = new WrapperSplitter();
  return (chunk) => {
    const send: Uint8Array[] = [];
    for (const frame of splitter.push(chunk)) {
      const payload = isDecodeError(frame) ? undefined : answer(frame.destination, frame.payload);
      if (isDecodeError(frame) || !payload) return undefined;
      send.push(encodeWrapper({ source: frame.destination, destination: frame.source, payload }));
    }
    return send;
  };
}

/** IEC 62056-46: the lower address is the device; each has a link of its own. */
function hdlcLine(answer: AnswerOf): MeterLine {
  const splitter = new HdlcSplitter();
  const links = new Map<number, HdlcLink>();
  const linkOf = ({ destination: own, source: peer }: HdlcFrame, device: number) => {
    const link = links.get(device) ?? new HdlcLink({ role: 'server', own, peer, parameters: PARAMETERS });
    links.set(device, link);
    return link;
  };
  return (chunk) => {
    const send: Uint8Array[] = [];
    for (const frame of splitter.push(chunk)) {
      // A damaged frame is not answered; the client repeats it.
      if (isDecodeError(frame)) continue;
      const device = frame.destination.lower ?? frame.destination.upper;
      const link = linkOf(frame, device);
      const received = link.receiveFrame(frame);
      send.push(...received.send);
      for (const apdu of received.apdus) {
        const answered = answer(device, apdu);
        if (!answered) return undefined;
        send.push(...link.send(answered));
      }
    }
    return send;
  };
}

const PARAMETERS = { ...defaultHdlcParameters, maximumTransmit: 256, maximumReceive: 256, windowTransmit: 3 };
