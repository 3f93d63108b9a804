/**
 * Why bytes could not be decoded, as a value: `code` is stable, `message` says what was wrong and what to do, and
 * `offset` is the first octet concerned, counted from the start of what the codec was given (after reassembly or
 * decryption: from the start of the resulting APDU, which the message then says).
 */
export class DecodeError<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  readonly offset: number;

  constructor(code: Code, message: string, offset: number) {
    this.code = code;
    this.message = message;
    this.offset = offset;
  }
}

export function isDecodeError(value: unknown): value is DecodeError {
  return value instanceof DecodeError;
}

/** Leaves a codec from any depth; only {@link attempt} may be above it. */
export function fail(code: string, message: string, offset: number): never {
  throw new DecodeError(code, message, offset);
}

/**
 * The border of a codec: inside, a {@link fail} unwinds the recursion; outside there are only values.
 * Anything else that is thrown is a bug and goes on.
 */
export function attempt<T>(decode: () => T): T | DecodeError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}
