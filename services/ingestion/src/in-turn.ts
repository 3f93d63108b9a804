/**
 * Lets work that is under way side by side be done with in the order in which it was begun: what a meter seals counts up,
 * and must not be overtaken while its key is looked for.
 */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does, once all that was begun before it has settled. */
  settle<Result>(work: Promise<Result>): Promise<Result> {
    // It may fail before its turn comes, when nobody waits for it yet.
    work.catch(() => {});
    const turn = this.last.then(() => work);
    this.last = turn.catch(() => {});
    return turn;
  }
}
