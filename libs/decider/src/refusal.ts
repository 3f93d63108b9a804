/**
 * An error that a caller can cause, as a value: `code` is stable and documented, `message` says what was wrong, where,
 * and what to do. Everything that is not a refusal is a bug and is thrown.
 */
export class Refusal<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, details: Readonly<Record<string, unknown>> = {}) {
    this.code = code;
    this.message = message;
    this.details = details;
  }
}

export function refuse<Code extends string>(
  code: Code,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Refusal<Code> {
  return new Refusal(code, message, details);
}

export function isRefusal(value: unknown): value is Refusal {
  return value instanceof Refusal;
}
