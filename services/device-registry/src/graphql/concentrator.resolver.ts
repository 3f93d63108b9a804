import { Args, Context, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import {
  connectionOf,
  loaderOf,
  orThrow,
  pageOf,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Concentrators, type ConcentratorRow } from '../adapters/concentrators.table.ts';
import { Meters } from '../adapters/meters.table.ts';
import type { QueryConcentratorsArgs } from './generated/schema.ts';

@Resolver('Concentrator')
export class ConcentratorResolver {
  constructor(
    private readonly concentrators: Concentrators,
    private readonly meterTable: Meters,
  ) {}

  @Query('concentrator')
  one(@Args('id') id: string, @Context() context: SubgraphContext) {
    orThrow(requireRole(context.claims, 'operator', 'supervisor'));
    return loaderOf(context, Concentrators, (ids: readonly string[]) => this.concentrators.byId(ids)).load(
      id,
    );
  }

  @ResolveReference()
  resolveReference({ id }: { id: string }, context: SubgraphContext) {
    return this.one(id, context);
  }

  @Query('concentrators')
  async list(@Args() { first, after }: QueryConcentratorsArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(pageOf(first, after));
    return connectionOf(await this.concentrators.page(page), page, ({ id }) => id);
  }

  @ResolveField()
  async meters(@Parent() { id }: ConcentratorRow, @Context() context: SubgraphContext) {
    const loader = loaderOf(context, 'meters of concentrators', (ids: readonly string[]) =>
      this.meterTable.ofConcentrators(ids),
    );
    return (await loader.load(id)) ?? [];
  }
}
