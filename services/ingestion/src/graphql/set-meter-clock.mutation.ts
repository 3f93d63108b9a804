import { Logger } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { isRefusal, refuse } from '@metermesh/decider';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { timeZoneOf } from '../domain/known-meter.ts';
import { MeterAccesses } from '../head-end/meter-accesses.ts';
import { setMeterClock } from '../head-end/set-meter-clock.ts';
import type { MeterClockSet, MutationSetMeterClockArgs } from './generated/schema.ts';

@Resolver()
export class SetMeterClockMutation {
  private readonly logger = new Logger(SetMeterClockMutation.name);

  constructor(private readonly accesses: MeterAccesses) {}

  @Mutation()
  async setMeterClock(
    @Args() { serialNumber, reason }: MutationSetMeterClockArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<Omit<MeterClockSet, 'meter'> & { meter: { serialNumber: string } }> {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    if (reason.trim() === '') orThrow(refuse('REASON_MISSING', 'Say why the clock is set.'));
    const { meter, access } = orThrow(await this.accesses.of(serialNumber));
    const outcome = await setMeterClock(access, timeZoneOf(meter));
    this.logger.log(
      {
        serialNumber,
        requestedBy: claims.subject,
        reason,
        outcome: isRefusal(outcome) ? outcome.code : outcome,
      },
      'Clock of a meter set',
    );
    const { wasAhead } = orThrow(outcome);
    return {
      meter: { serialNumber },
      wasAheadSeconds: wasAhead === undefined ? null : wasAhead / 1000,
    };
  }
}
