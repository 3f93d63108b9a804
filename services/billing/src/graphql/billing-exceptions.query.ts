import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { refuse, type Refusal } from '@metermesh/decider';
import { connectionOf, orThrow, pageOf, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import {
  BillingExceptions,
  type BillingExceptionRow,
  type ExceptionPage,
} from '../adapters/billing-exceptions.table.ts';
import type { QueryBillingExceptionsArgs } from './generated/schema.ts';

@Resolver()
export class BillingExceptionsQuery {
  constructor(private readonly exceptions: BillingExceptions) {}

  @Query()
  async billingExceptions(
    @Args() { first, after, code, status }: QueryBillingExceptionsArgs,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const page = orThrow(pageOf(first, after));
    const place = orThrow(placeOf(page.after));
    const rows = await this.exceptions.page({ limit: page.limit, after: place }, code, status);
    return connectionOf(rows.map(exceptionView), page, ({ openedAt, subject, code: ofRow }) =>
      [openedAt.toISOString(), subject, ofRow].join(' '),
    );
  }
}

function placeOf(cursor: string | undefined): ExceptionPage['after'] | Refusal {
  if (cursor === undefined) return undefined;
  const [openedAt = '', subject, code, ...rest] = cursor.split(' ');
  if (subject && code && rest.length === 0 && !Number.isNaN(Date.parse(openedAt)))
    return { openedAt: new Date(openedAt), subject, code };
  return refuse(
    'CURSOR_INVALID',
    'after is no cursor of this list; take it from pageInfo.endCursor, or leave it out.',
  );
}

function exceptionView({ agreementId, customerId, usagePointId, ...shown }: BillingExceptionRow) {
  return {
    ...shown,
    agreement: agreementId === null ? null : { id: agreementId },
    customer: customerId === null ? null : { id: customerId },
    usagePoint: usagePointId === null ? null : { id: usagePointId },
  };
}
