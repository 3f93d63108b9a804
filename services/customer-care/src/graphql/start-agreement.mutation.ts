import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { AgreementStartedSchema, type AgreementStarted } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';
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
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { agreementDecider } from '../domain/agreement.decider.ts';
import { customerDecider } from '../domain/customer.decider.ts';
import { usagePointAgreementsDecider } from '../domain/usage-point-agreements.decider.ts';
import type { StartAgreementInput } from './generated/schema.ts';
import { givenTerms } from './terms-input.ts';

@Resolver()
export class StartAgreementMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly agreements: Agreements,
    private readonly usagePoints: UsagePoints,
  ) {}

  /** The agreement and the usage point both decide, and both streams are appended in one go or not at all. */
  @Mutation()
  async startAgreement(@Args('input') input: StartAgreementInput, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { discounts = [], attributes = [], ...terms } = givenTerms(input);
    const started = create(AgreementStartedSchema, {
      agreementId: input.id ?? randomUUID(),
      customerId: input.customerId,
      usagePointId: input.usagePointId,
      startsOn: input.startsOn,
      billingDay: input.billingDay ?? 1,
      billingMonths: input.billingMonths ?? 1,
      ...terms,
      discounts: [...discounts],
      attributes: [...attributes],
    });
    orThrow(await this.faultOfParties(started));
    const { agreementId, usagePointId } = started;
    const recorded = await this.commands.retrying(async () => {
      const agreement = await this.commands.load(agreementDecider, streamName('agreement', agreementId));
      const usagePoint = await this.commands.load(
        usagePointAgreementsDecider,
        streamName('usage-point-agreements', usagePointId),
      );
      return this.commands.recordTogether(
        onBehalfOf(claims),
        decideOn(agreementDecider, agreement, { type: 'start', started }),
        decideOn(usagePointAgreementsDecider, usagePoint, started),
      );
    });
    await this.projections.reach(orThrow(recorded).position);
    return this.agreements.get(agreementId);
  }

  private async faultOfParties({ customerId, usagePointId }: AgreementStarted): Promise<Refusal | undefined> {
    const { state: customer } = await this.commands.load(customerDecider, streamName('customer', customerId));
    if (!customer) {
      return refuse('CUSTOMER_NOT_FOUND', `No customer ${JSON.stringify(customerId)} is registered.`);
    }
    if (!(await this.usagePoints.byId([usagePointId])).has(usagePointId)) {
      return refuse(
        'USAGE_POINT_NOT_FOUND',
        `No usage point ${JSON.stringify(usagePointId)} is known here; if it was registered just now, try again.`,
      );
    }
    return undefined;
  }
}
