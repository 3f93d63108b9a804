/** Says what is being done, with the seconds since the start. */
export class Progress {
  private readonly startedAt = Date.now();

  seconds(): number {
    return (Date.now() - this.startedAt) / 1000;
  }

  readonly report = (step: string): void => {
    console.log(`${this.seconds().toFixed(1).padStart(6)} s  ${step}`);
  };
}
