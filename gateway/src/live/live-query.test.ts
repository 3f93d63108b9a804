import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse, print, validate } from 'graphql';
import { liveQuery, rootFieldOf } from './live-query.ts';

const schema = buildSchema(`
  type Query { reading(id: ID!): Reading }
  type Subscription { readingReceived(usagePointId: ID!): Reading! }
  type Reading { id: ID! source: String! usagePoint: UsagePoint! }
  type UsagePoint { id: ID! bills(first: Int = 12): [Bill!]! }
  type Bill { id: ID! }
`);

function rewrite(subscription: string): string {
  const document = parse(subscription);
  expect(validate(schema, document)).toEqual([]);
  const query = liveQuery(document, getOperationAST(document)!, { field: 'reading', argument: 'id' });
  expect(validate(schema, query)).toEqual([]);
  return print(query);
}
const text = (query: string) => print(parse(query));

describe('the query that answers a subscription', () => {
  it('asks for the fact what the subscriber asked for', () => {
    expect(rewrite('subscription { readingReceived(usagePointId: "U1") { id source } }')).toBe(
      text('query ($liveFactId: ID!) { readingReceived: reading(id: $liveFactId) { id source } }'),
    );
  });

  it('answers under the name that the subscriber gave', () => {
    expect(rewrite('subscription S { mine: readingReceived(usagePointId: "U1") { id } }')).toBe(
      text('query S($liveFactId: ID!) { mine: reading(id: $liveFactId) { id } }'),
    );
  });

  it('keeps the variables that are still needed, and no others', () => {
    expect(
      rewrite(
        'subscription ($u: ID!, $n: Int = 3) { readingReceived(usagePointId: $u) { usagePoint { bills(first: $n) { id } } } }',
      ),
    ).toBe(
      text(
        'query ($liveFactId: ID!, $n: Int = 3) { readingReceived: reading(id: $liveFactId) { usagePoint { bills(first: $n) { id } } } }',
      ),
    );
  });

  it('keeps fragments within fragments, with their variables', () => {
    expect(
      rewrite(`
        subscription ($u: ID!, $n: Int) { readingReceived(usagePointId: $u) { ...R } }
        fragment R on Reading { usagePoint { ...U } }
        fragment U on UsagePoint { bills(first: $n) { id } }
      `),
    ).toBe(
      text(`
        query ($liveFactId: ID!, $n: Int) { readingReceived: reading(id: $liveFactId) { ...R } }
        fragment R on Reading { usagePoint { ...U } }
        fragment U on UsagePoint { bills(first: $n) { id } }
      `),
    );
  });

  it('takes the root field out of fragments on Subscription, and merges it where it is named twice', () => {
    expect(
      rewrite(`
        subscription { ...Root ... on Subscription { readingReceived(usagePointId: "U1") { source } } }
        fragment Root on Subscription { readingReceived(usagePointId: "U1") { id } }
      `),
    ).toBe(text('query ($liveFactId: ID!) { readingReceived: reading(id: $liveFactId) { id source } }'));
  });
});

describe('the root field of a subscription', () => {
  it('is found through fragments', () => {
    const document = parse(
      'subscription { ...F } fragment F on Subscription { readingReceived(usagePointId: "U1") { id } }',
    );
    expect(rootFieldOf(document, getOperationAST(document)!).name.value).toBe('readingReceived');
  });
});
