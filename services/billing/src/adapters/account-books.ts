import type { Message } from '@bufbuild/protobuf';
import { Injectable } from '@nestjs/common';
import { streamName } from '@metermesh/event-store';
import { isRefusal, type Decider, type Refusal } from '@metermesh/decider';
import { Commands, type CommandContext } from '@metermesh/service-kit';
import { bookDeciders, Books, StreamNotRead, type BookKey } from '../domain/receivables/books.ts';

/** Reads the streams that money moves between, and records what is decided on them: all of it or nothing. */
@Injectable()
export class AccountBooks {
  constructor(private readonly commands: Commands) {}

  /**
   * @param keys streams that the work is known to need; others are read when it asks for them
   * @param work decides; is called again where others were faster, so it must have no other effects
   *
   * Answers the position to wait for before the streams are read back: where others were faster, that of what they decided.
   * Refusals: those of `work`, and `BUSY`.
   */
  async decide(
    context: CommandContext,
    keys: readonly BookKey[],
    work: (books: Books) => Refusal | undefined | void,
  ): Promise<{ position?: string } | Refusal> {
    return this.commands.retrying(async () => {
      for (const wanted = [...keys]; ;) {
        try {
          return await this.attempt(context, wanted, work);
        } catch (error) {
          if (!(error instanceof StreamNotRead)) throw error;
          wanted.push(error.key);
        }
      }
    });
  }

  private async attempt(
    context: CommandContext,
    keys: readonly BookKey[],
    work: (books: Books) => Refusal | undefined | void,
  ): Promise<{ position?: string } | Refusal> {
    const read = await Promise.all(
      keys.map(async ({ kind, id }) => {
        const decider = bookDeciders[kind] as Decider<never, unknown, Message>;
        return { kind, id, ...(await this.commands.load(decider, streamName(kind, id))) };
      }),
    );
    const books = new Books(read);
    const refusal = work(books);
    if (refusal) return refusal;
    const decisions = books.decisions().map(({ kind, id, events }) => {
      const expected = read.find((each) => each.kind === kind && each.id === id)!.revision;
      return { stream: streamName(kind, id), expected, events };
    });
    const recorded = await this.commands.recordTogether(context, ...decisions);
    if (isRefusal(recorded)) return recorded;
    return { position: latestPosition([recorded.position, ...read.map(({ position }) => position)]) };
  }
}

/** Undefined where none is given. */
export const latestPosition = (positions: readonly (string | undefined)[]): string | undefined =>
  positions
    .filter((position) => position !== undefined)
    .sort()
    .at(-1);
