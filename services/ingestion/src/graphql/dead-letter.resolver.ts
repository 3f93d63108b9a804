import { Inject, Logger } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import {
  DeadLetterConsumerGone,
  DeadLetterNotFound,
  discardDeadLetter,
  listDeadLetters,
  replayDeadLetter,
  type DeadLetter,
} from '@metermesh/messaging';
import {
  connectionOf,
  NATS,
  orThrow,
  pageOf,
  requireRole,
  type Claims,
  type SubgraphContext,
} from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import type { QueryDeadLettersArgs } from './generated/schema.ts';

/** The dead letters of the whole mesh, beside the quarantine: one place for what operators have to look after. */
@Resolver()
export class DeadLetterResolver {
  private readonly logger = new Logger(DeadLetterResolver.name);

  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  @Query()
  async deadLetters(@Args() args: QueryDeadLettersArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(pageOf(args.first, args.after));
    const letters = await listDeadLetters(this.connection, {
      service: args.service ?? undefined,
      limit: page.limit + 1,
      after: page.after === undefined ? undefined : Number(page.after),
    });
    return connectionOf(letters.map(view), page, ({ id }) => id);
  }

  @Mutation('replayDeadLetter')
  replay(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    return this.dealWith(id, claims, replayDeadLetter);
  }

  @Mutation('discardDeadLetter')
  discard(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    return this.dealWith(id, claims, discardDeadLetter);
  }

  private async dealWith(
    id: string,
    claims: Claims,
    deal: typeof replayDeadLetter | typeof discardDeadLetter,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const sequence = Number(id);
    const notFound = refuse(
      'DEAD_LETTER_NOT_FOUND',
      `There is no dead letter ${id}; it may have been dealt with.`,
    );
    if (!Number.isSafeInteger(sequence) || sequence < 1) orThrow(notFound);
    const [letter] = await listDeadLetters(this.connection, { limit: 1, after: sequence - 1 });
    if (letter?.sequence !== sequence) orThrow(notFound);
    try {
      await deal(this.connection, sequence);
    } catch (error) {
      if (error instanceof DeadLetterNotFound) orThrow(notFound);
      if (error instanceof DeadLetterConsumerGone) orThrow(refuse(error.code, error.message));
      throw error;
    }
    this.logger.log({ by: claims.subject, sequence, factId: letter!.factId }, `${deal.name} done`);
    return view(letter!);
  }
}

function view({ sequence, data: _payload, ...letter }: DeadLetter) {
  return { ...letter, id: String(sequence) };
}
