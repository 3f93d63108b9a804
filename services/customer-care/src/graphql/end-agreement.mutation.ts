import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { isRefusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  decideOn,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Agreements } from '../adapters/agreements.table.ts';
import { agreementDecider } from '../domain/agreement.decider.ts';
import { usagePointAgreementsDecider } from '../domain/usage-point-agreements.decider.ts';
import type { MutationEndAgreementArgs } from './generated/schema.ts';

@Resolver()
export class EndAgreementMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly agreements: Agreements,
  ) {}

  @Mutation()
  async endAgreement(
    @Args() { id, endsOn }: MutationEndAgreementArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const recorded = await this.commands.retrying(async () => {
      const agreement = await this.commands.load(agreementDecider, streamName('agreement', id));
      const ending = decideOn(agreementDecider, agreement, { type: 'end', agreementId: id, endsOn });
      if (isRefusal(ending)) return ending;
      const usagePoint = await this.commands.load(
        usagePointAgreementsDecider,
        streamName('usage-point-agreements', agreement.state!.started.usagePointId),
      );
      return this.commands.recordTogether(
        onBehalfOf(claims),
        ending,
        ...ending.events.map((event) => decideOn(usagePointAgreementsDecider, usagePoint, event)),
      );
    });
    await this.projections.reach(orThrow(recorded).position);
    return this.agreements.get(id);
  }
}
