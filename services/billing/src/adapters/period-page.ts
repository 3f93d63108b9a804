import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { pageOf, type Page } from '@metermesh/service-kit';

/** A page of what is listed by period, latest first, then by id. */
export interface PeriodPage {
  limit: number;
  after: { periodStart: string; id: string } | undefined;
}

/** The page that `first` and `after` ask for. Refusals: `PAGE_SIZE_INVALID`, `CURSOR_INVALID`. */
export function periodPageOf(
  first: number | null | undefined,
  after: string | null | undefined,
): (PeriodPage & { page: Page }) | Refusal {
  const page = pageOf(first, after);
  if (isRefusal(page)) return page;
  if (page.after === undefined) return { limit: page.limit, after: undefined, page };
  const [, periodStart, id] = /^(\d{4}-\d\d-\d\d) (.+)$/s.exec(page.after) ?? [];
  if (!periodStart || !id || Number.isNaN(Date.parse(periodStart)))
    return refuse(
      'CURSOR_INVALID',
      'after is no cursor of this list; take it from pageInfo.endCursor, or leave it out.',
    );
  return { limit: page.limit, after: { periodStart, id }, page };
}

export const cursorOf = (periodStart: string, id: string): string => `${periodStart} ${id}`;
