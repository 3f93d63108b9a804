import { randomUUID } from 'node:crypto';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { BillRunStreams } from '../adapters/bill-run-streams.ts';
import { BillRuns } from '../adapters/bill-runs.table.ts';
import { billRunView } from './bill-run-view.ts';
import type { MutationStartBillRunArgs } from './generated/schema.ts';

@Resolver()
export class StartBillRunMutation {
  constructor(
    private readonly runs: BillRuns,
    private readonly streams: BillRunStreams,
  ) {}

  @Mutation()
  async startBillRun(
    @Args() { reason, dueBy }: MutationStartBillRunArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const other = await this.runs.underWay();
    if (other)
      orThrow(
        refuse(
          'BILL_RUN_UNDER_WAY',
          `Bill run ${other.id} is ${other.status.toLowerCase()}; resume it, or let it end first.`,
        ),
      );
    const by = { runId: randomUUID(), now: Date.now(), by: claims.subject };
    const command = { type: 'start', ...by, reason, dueBy: dueBy ?? undefined } as const;
    return billRunView(orThrow(await this.streams.decide(command, onBehalfOf(claims))));
  }
}
