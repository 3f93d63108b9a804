import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fromHex, isDecodeError, toHex } from '@metermesh/protocols';

/** What a meter said, as its concentrator keeps it until the head-end has confirmed it. */
export interface QueuedFrame {
  /** Number of the meter on the concentrator's line. */
  readonly meter: number;
  readonly invokeId: number;
  readonly apdu: Uint8Array;
}

/** A line of the journal: a frame that came, or one that is confirmed. */
type Entry = { meter: number; invokeId: number; apdu?: string };

/**
 * A concentrator's store: frames in the order in which they came, each until it is confirmed. With a file it outlasts the
 * concentrator: a journal, made short each time it is opened; a line that was not written to its end counts for nothing.
 */
export class FrameQueue {
  private readonly frames = new Map<string, QueuedFrame>();
  private readonly file: string | undefined;

  constructor(file?: string) {
    this.file = file;
    if (file === undefined) return;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    for (const line of lines) this.replay(JSON.parse(line) as Entry);
    writeFileSync(`${file}.new`, [...this.frames.values()].map(lineOf).join(''));
    renameSync(`${file}.new`, file);
  }

  get size(): number {
    return this.frames.size;
  }

  /** Oldest first. */
  waiting(): IterableIterator<QueuedFrame> {
    return this.frames.values();
  }

  add(frame: QueuedFrame): void {
    this.frames.set(nameOf(frame), frame);
    if (this.file) appendFileSync(this.file, lineOf(frame));
  }

  /** Whether such a frame was waiting. */
  confirm(confirmed: Pick<QueuedFrame, 'meter' | 'invokeId'>): boolean {
    const isKnown = this.frames.delete(nameOf(confirmed));
    const { meter, invokeId } = confirmed;
    if (isKnown && this.file) appendFileSync(this.file, `${JSON.stringify({ meter, invokeId })}\n`);
    return isKnown;
  }

  private replay({ meter, invokeId, apdu }: Entry): void {
    const octets = apdu === undefined ? undefined : fromHex(apdu);
    if (octets === undefined) this.frames.delete(nameOf({ meter, invokeId }));
    else if (!isDecodeError(octets))
      this.frames.set(nameOf({ meter, invokeId }), { meter, invokeId, apdu: octets });
  }
}

export const nameOf = ({ meter, invokeId }: Pick<QueuedFrame, 'meter' | 'invokeId'>) =>
  `${meter} ${invokeId}`;

const lineOf = ({ meter, invokeId, apdu }: QueuedFrame) =>
  `${JSON.stringify({ meter, invokeId, apdu: toHex(apdu) })}\n`;
