import { fail } from './decode-error.ts';

/** A cursor over octets, big-endian, that cannot leave them: reading past the end fails with `FRAME_TRUNCATED`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  /** Made when the first number of eight octets or the first float is read: most frames have none. */
  #lazyView: DataView | undefined;
  readonly #base: number;

  /** @param base what `offset` 0 is in the caller's frame, so that errors point into the frame */
  constructor(bytes: Uint8Array, base = 0) {
    this.bytes = bytes;
    this.offset = 0;
    this.#base = base;
  }

  get #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return (this.#lazyView ??= new DataView(buffer, byteOffset, byteLength));
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** The position of the next octet, as errors count it. */
  get position(): number {
    return this.#base + this.offset;
  }

  fail(code: string, message: string, at = this.offset): never {
    fail(code, message, this.#base + at);
  }

  /** Advances over `count` octets and answers where they begin. */
  advance(count: number): number {
    const start = this.offset;
    if (count > this.bytes.length - start) {
      this.fail('FRAME_TRUNCATED', `${count} octets are announced but only ${this.remaining} are left.`);
    }
    this.offset = start + count;
    return start;
  }

  peek(ahead = 0): number | undefined {
    return this.bytes[this.offset + ahead];
  }

  u8(): number {
    return this.bytes[this.advance(1)]!;
  }
  i8(): number {
    return (this.u8() << 24) >> 24;
  }
  u16(): number {
    const at = this.advance(2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }
  i16(): number {
    return (this.u16() << 16) >> 16;
  }
  u32(): number {
    return this.i32() >>> 0;
  }
  i32(): number {
    const at = this.advance(4);
    const { bytes } = this;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.advance(8));
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.advance(8));
  }
  f32(): number {
    return this.#view.getFloat32(this.advance(4));
  }
  f64(): number {
    return this.#view.getFloat64(this.advance(8));
  }

  /** A view, not a copy. */
  take(count: number): Uint8Array {
    const start = this.advance(count);
    return this.bytes.subarray(start, start + count);
  }

  /** Octets that stay as they are when the frame's buffer is used again (a Buffer's `slice` would be a view). */
  copy(count: number): Uint8Array {
    return new Uint8Array(this.take(count));
  }

  rest(): Uint8Array {
    return this.take(this.remaining);
  }
}
