import { LineSplitter, type FrameSplitter, type ProtocolCodec } from '@metermesh/protocols';

/** Cuts what comes in a stream: as the protocol's frames end or, where they do not tell, one a line. */
export const streamSplitter = (codec: ProtocolCodec): FrameSplitter =>
  codec.splitter?.() ?? (codec.input === 'text' ? new LineSplitter(asText) : new LineSplitter());

/** Cuts text: as the protocol's text ends, else one frame a line in hexadecimal. */
export const textSplitter = (codec: ProtocolCodec): FrameSplitter =>
  codec.input === 'text' ? streamSplitter(codec) : new LineSplitter();

const asText = (line: string): Uint8Array => Buffer.from(line, 'latin1');
