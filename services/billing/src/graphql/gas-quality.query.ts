import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { GasQualityTable } from '../adapters/gas-quality.table.ts';
import type { QueryGasQualityArgs } from './generated/schema.ts';

@Resolver()
export class GasQualityQuery {
  constructor(private readonly table: GasQualityTable) {}

  @Query()
  gasQuality(@Args() { area, from, to }: QueryGasQualityArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    return this.table.of(area, { start: from, end: to });
  }
}
