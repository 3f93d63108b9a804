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
import { GasQualityTable } from '../adapters/gas-quality.table.ts';
import { gasQualityDecider, type GasDay } from '../domain/gas-quality/gas-quality.decider.ts';
import type { GasQualityDayInput, MutationRecordGasQualityArgs } from './generated/schema.ts';

@Resolver()
export class RecordGasQualityMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly table: GasQualityTable,
  ) {}

  @Mutation()
  async recordGasQuality(
    @Args() { area, days }: MutationRecordGasQualityArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const told = days.map(gasDay);
    const months = Map.groupBy(told, ({ date }) => date.slice(0, 'YYYY-MM'.length));
    for (const [month, ofMonth] of months) {
      const { position } = orThrow(
        await this.commands.execute(
          gasQualityDecider,
          streamName('gas-quality', `${area}-${month}`),
          { area, days: ofMonth, by: claims.subject, at: Date.now() },
          onBehalfOf(claims),
        ),
      );
      await this.projections.reach(position);
    }
    const dates = told.map(({ date }) => date);
    return this.table.onDates(area, dates);
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
