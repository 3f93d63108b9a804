import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Agreements } from '../adapters/agreements.table.ts';
import { agreementDecider } from '../domain/agreement.decider.ts';
import type { MutationChangeAgreementTermsArgs } from './generated/schema.ts';
import { givenTerms } from './terms-input.ts';

@Resolver()
export class ChangeAgreementTermsMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly agreements: Agreements,
  ) {}

  @Mutation()
  async changeAgreementTerms(
    @Args() { id, from, change }: MutationChangeAgreementTermsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const changed = orThrow(
      await this.commands.execute(
        agreementDecider,
        streamName('agreement', id),
        { type: 'change-terms', agreementId: id, from, change: givenTerms(change) },
        onBehalfOf(claims),
      ),
    );
    await this.projections.reach(changed.position);
    return this.agreements.get(id);
  }
}
