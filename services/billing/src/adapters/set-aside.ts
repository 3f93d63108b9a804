const TRY_AGAIN_AFTER_MS = 5_000;

/** What could not be done is left alone for some seconds, so that everything else is not kept waiting by it. */
export class SetAside {
  readonly #until = new Map<string, number>();

  add(key: string, now = Date.now()): void {
    this.#until.set(key, now + TRY_AGAIN_AFTER_MS);
  }

  /** What is to be left alone now. */
  keys(now = Date.now()): string[] {
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    return [...this.#until.keys()];
  }
}
