import { DecodeError, fromHex, type FrameSplitter, type ProtocolCodec } from '@metermesh/protocols';

/** Octets of the longest line: a frame of 32 KiB in hexadecimal. */
const LONGEST_LINE = 65_536;
const LF = 0x0a;

/** Cuts what comes in a stream: as the protocol's frames end or, where they do not tell, one a line in hexadecimal. */
export const streamSplitter = (codec: ProtocolCodec): FrameSplitter =>
  codec.splitter?.() ?? new LineSplitter();

/** Cuts text: as the protocol's text ends, else one frame a line in hexadecimal. */
export const textSplitter = (codec: ProtocolCodec): FrameSplitter =>
  codec.input === 'text' ? streamSplitter(codec) : new LineSplitter();

/** Frames in hexadecimal, one a line; blank lines are none. Errors: FRAME_TOO_LONG, and those of `fromHex`. */
export class LineSplitter implements FrameSplitter {
  private parts: Uint8Array[] = [];
  private isSkipping = false;
  pending = 0;

  push(chunk: Uint8Array): (Uint8Array | DecodeError)[] {
    const found: (Uint8Array | DecodeError)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.hold(chunk.subarray(start, end), found);
      found.push(...this.end());
      start = end + 1;
    }
    this.hold(chunk.subarray(start), found);
    return found;
  }

  end(): (Uint8Array | DecodeError)[] {
    const line = Buffer.concat(this.parts).toString('latin1').trim();
    this.drop();
    this.isSkipping = false;
    return line === '' ? [] : [fromHex(line)];
  }

  private hold(part: Uint8Array, found: (Uint8Array | DecodeError)[]): void {
    if (this.isSkipping || part.length === 0) return;
    this.parts.push(part);
    this.pending += part.length;
    if (this.pending <= LONGEST_LINE) return;
    this.isSkipping = true;
    this.drop();
    found.push(
      new DecodeError(
        'FRAME_TOO_LONG',
        `A line has more than ${LONGEST_LINE} characters: it is skipped. Send one frame a line.`,
        LONGEST_LINE,
      ),
    );
  }

  private drop(): void {
    this.parts = [];
    this.pending = 0;
  }
}
