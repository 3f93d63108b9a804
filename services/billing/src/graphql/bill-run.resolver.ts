import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  connectionOf,
  orThrow,
  pageOf,
  requireRole,
  type Page,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { BillRuns, type BillRunPage } from '../adapters/bill-runs.table.ts';
import { billRunView } from './bill-run-view.ts';
import type { QueryBillRunsArgs } from './generated/schema.ts';

/** For staff alone. */
@Resolver('BillRun')
export class BillRunResolver {
  constructor(private readonly runs: BillRuns) {}

  @Query()
  async billRun(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const run = await this.runs.byId(id);
    return run ? billRunView(run) : null;
  }

  @Query()
  async billRuns(@Args() { first, after }: QueryBillRunsArgs, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(billRunPageOf(first, after));
    const runs = await this.runs.page(page);
    return connectionOf(runs.map(billRunView), page.page, ({ issuedAt, id }) => `${issuedAt} ${id}`);
  }
}

function billRunPageOf(
  first: number | null | undefined,
  after: string | null | undefined,
): (BillRunPage & { page: Page }) | Refusal {
  const page = pageOf(first, after);
  if (isRefusal(page)) return page;
  if (page.after === undefined) return { limit: page.limit, after: undefined, page };
  const [, issuedAt = '', id = ''] = /^(\S+) (.+)$/s.exec(page.after) ?? [];
  if (Number.isNaN(Date.parse(issuedAt)))
    return refuse(
      'CURSOR_INVALID',
      'after is no cursor of this list; take it from pageInfo.endCursor, or leave it out.',
    );
  return { limit: page.limit, after: { issuedAt: new Date(issuedAt), id }, page };
}
