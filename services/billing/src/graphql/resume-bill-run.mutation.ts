import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillRunStreams } from '../adapters/bill-run-streams.ts';
import { billRunView } from './bill-run-view.ts';
import type { MutationResumeBillRunArgs } from './generated/schema.ts';

@Resolver()
export class ResumeBillRunMutation {
  constructor(private readonly streams: BillRunStreams) {}

  @Mutation()
  async resumeBillRun(@Args() { id }: MutationResumeBillRunArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const command = { type: 'resume', runId: id, now: Date.now(), by: claims.subject } as const;
    return billRunView(orThrow(await this.streams.decide(command, onBehalfOf(claims))));
  }
}
