import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillRunStreams } from '../adapters/bill-run-streams.ts';
import { billRunView } from './bill-run-view.ts';
import type { MutationPauseBillRunArgs } from './generated/schema.ts';

@Resolver()
export class PauseBillRunMutation {
  constructor(private readonly streams: BillRunStreams) {}

  @Mutation()
  async pauseBillRun(
    @Args() { id, reason }: MutationPauseBillRunArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const command = { type: 'pause', runId: id, reason, now: Date.now(), by: claims.subject } as const;
    return billRunView(orThrow(await this.streams.decide(command, onBehalfOf(claims))));
  }
}
