import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { onBehalfOf, orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { GasQualityDesk } from '../adapters/gas-quality-desk.ts';
import type { GasDay } from '../domain/gas-quality/gas-quality.decider.ts';
import type { GasQualityDayInput, MutationRecordGasQualityArgs } from './generated/schema.ts';

@Resolver()
export class RecordGasQualityMutation {
  constructor(private readonly desk: GasQualityDesk) {}

  @Mutation()
  async recordGasQuality(
    @Args() { area, days }: MutationRecordGasQualityArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    return orThrow(await this.desk.record(onBehalfOf(claims), area, days.map(gasDay)));
  }
}

function gasDay({ date, calorificValue, temperatureC, atmosphericPressureKPa }: GasQualityDayInput): GasDay {
  return {
    date,
    calorificValue,
    ...(temperatureC && { temperatureC }),
    ...(atmosphericPressureKPa && { atmosphericPressureKPa }),
  };
}
