import { refuse, type Refusal } from '@metermesh/decider';

export interface Connection<Node> {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Page {
  limit: number;
  /** Sort key of the last row of the page before, undefined for the first page. */
  after: string | undefined;
}

const MOST = 500;

/** The page that `first` and `after` ask for (Relay cursor connections). */
export function pageOf(first: number | null | undefined, after: string | null | undefined): Page | Refusal {
  const limit = first ?? 50;
  if (limit < 1 || limit > MOST)
    return refuse('PAGE_SIZE_INVALID', `first is ${limit}; ask for 1 to ${MOST}.`);
  return { limit, after: after ? Buffer.from(after, 'base64url').toString() : undefined };
}

/** @param rows up to one more than `page.limit`: the surplus row says that there is a next page */
export function connectionOf<Node>(
  rows: readonly Node[],
  page: Page,
  sortKey: (row: Node) => string,
): Connection<Node> {
  const nodes = rows.slice(0, page.limit);
  const edges = nodes.map((node) => ({ cursor: Buffer.from(sortKey(node)).toString('base64url'), node }));
  return {
    edges,
    nodes,
    pageInfo: { hasNextPage: rows.length > page.limit, endCursor: edges.at(-1)?.cursor ?? null },
  };
}
