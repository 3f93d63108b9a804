import {
  clientAddress,
  encodeWrapper,
  HdlcLink,
  isDecodeError,
  WrapperSplitter,
  type HdlcAddress,
} from '@metermesh/protocols';
import type { DlmsAddress } from './network-address.ts';

export interface LineReceived {
  /** Octets to send now. */
  readonly send: readonly Uint8Array[];
  /** APDUs; undefined once the line is open. */
  readonly answers: readonly (Uint8Array | undefined)[];
  /** Why nothing more can come of this line. */
  readonly fault?: string;
}

/** A client's end of a line to a meter: octets that carry APDUs. It does no I/O. */
export interface ExchangeLine {
  /** How often something may be sent again that was not answered. */
  readonly repetitions: number;
  /** What opens the line, and is answered before anything else is sent; nothing where it is open as it is. */
  open(): readonly Uint8Array[];
  send(apdu: Uint8Array): readonly Uint8Array[];
  repeat(): readonly Uint8Array[];
  receive(chunk: Uint8Array): LineReceived;
  close(): readonly Uint8Array[];
}

export const exchangeLine = (address: DlmsAddress): ExchangeLine =>
  address.framing === 'hdlc' ? hdlcLine(address) : wrapperLine(address);

/** TCP loses nothing, so there is nothing to send again. */
function wrapperLine({ client, server }: DlmsAddress): ExchangeLine {
  const splitter = new WrapperSplitter();
  return {
    repetitions: 0,
    open: () => [],
    send: (apdu) => [encodeWrapper({ source: client, destination: server, payload: apdu })],
    repeat: () => [],
    receive(chunk) {
      const frames = splitter.push(chunk);
      const fault = frames.find(isDecodeError)?.message;
      return {
        send: [],
        answers: frames.flatMap((frame) => (isDecodeError(frame) ? [] : [frame.payload])),
        fault,
      };
    },
    close: () => [],
  };
}

/** What a frame may hold, and frames in a row: meters with less say so. */
const PROPOSED = { maximumTransmit: 1024, maximumReceive: 2030, windowTransmit: 1, windowReceive: 7 };

/** Behind the TCP connection there is a serial line as a rule, on which frames are damaged and lost. */
function hdlcLine({ client, server, physical }: DlmsAddress): ExchangeLine {
  const link = new HdlcLink({
    role: 'client',
    own: clientAddress(client),
    peer: serverAddress(server, physical),
    parameters: PROPOSED,
  });
  return {
    repetitions: 2,
    open: () => link.connect(),
    send: (apdu) => link.send(apdu),
    repeat: () => link.repeat(),
    receive(chunk) {
      const wasOpen = link.isConnected;
      const { send, apdus, errors } = link.receive(chunk);
      const fault = errors.find(({ code }) => code === 'HDLC_REJECTED' || code === 'HDLC_DISCONNECTED');
      const opened = !wasOpen && link.isConnected ? [undefined] : [];
      return { send, answers: [...opened, ...apdus], fault: fault?.message };
    },
    close: () => (link.isConnected ? link.disconnect() : []),
  };
}

/** In as few octets as it can be written (IEC 62056-46, 6.4.2.2). */
function serverAddress(upper: number, lower: number | undefined): HdlcAddress {
  if (lower === undefined && upper < 0x80) return { upper, octets: 1 };
  return { upper, lower, octets: upper < 0x80 && (lower ?? 0) < 0x80 ? 2 : 4 };
}
