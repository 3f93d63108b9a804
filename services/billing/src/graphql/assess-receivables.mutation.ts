import { Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { ReceivablesRun } from '../adapters/receivables-run.ts';

@Resolver()
export class AssessReceivablesMutation {
  constructor(private readonly daily: ReceivablesRun) {}

  @Mutation()
  async assessReceivables(@Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'supervisor'));
    return this.daily.run(onBehalfOf(claims), Date.now());
  }
}
