/** Why an embedded server could not be had, and what to do about it. */
export class EmbeddedServerError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedServerError';
    this.code = code;
  }
}
