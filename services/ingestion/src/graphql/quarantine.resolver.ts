import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { connectionOf, orThrow, pageOf, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { Quarantine } from '../adapters/quarantine.table.ts';
import { WAYS_IN, type WaysIn } from '../ways-in.ts';
import type { QueryQuarantineArgs } from './generated/schema.ts';
import { quarantineView } from './quarantine-view.ts';

@Resolver()
export class QuarantineResolver {
  constructor(
    private readonly frames: Quarantine,
    @Inject(WAYS_IN) private readonly waysIn: WaysIn,
  ) {}

  @Query()
  async quarantine(
    @Args() { first, after, code }: QueryQuarantineArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(pageOf(first, after));
    const rows = await this.frames.page(page.limit + 1, page.after, code);
    const connection = connectionOf(rows, page, ({ number }) => number);
    return {
      ...connection,
      nodes: connection.nodes.map((row) => quarantineView(row, this.waysIn)),
      edges: connection.edges.map(({ cursor, node }) => ({
        cursor,
        node: quarantineView(node, this.waysIn),
      })),
    };
  }
}
