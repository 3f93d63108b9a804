import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { measure, overLimit, type Limits } from './limits.ts';

const schema = buildSchema(`
  type Query {
    usagePoint(id: ID!): UsagePoint
    usagePoints(first: Int = 50): UsagePointConnection!
  }
  type UsagePoint { id: ID! meters: [Meter!]! bills(first: Int = 12): [Bill!]! readings(last: Int = 10): [Reading!]! }
  type Meter { serialNumber: String! usagePoint: UsagePoint }
  type Bill { id: ID! }
  type Reading { id: ID! values: [Int!]! }
  type UsagePointConnection { nodes: [UsagePoint!]! edges: [UsagePointEdge!]! pageInfo: PageInfo! }
  type UsagePointEdge { node: UsagePoint! }
  type PageInfo { hasNextPage: Boolean! }
`);
const limits: Limits = { depth: 5, cost: 1000, aliases: 3, tokens: 1000 };

function operationOf(text: string) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return [document, getOperationAST(document)!] as const;
}
const costOf = (text: string, variables = {}) => measure(schema, ...operationOf(text), variables).cost;
const depthOf = (text: string) => measure(schema, ...operationOf(text), {}).depth;

describe('the cost of an operation', () => {
  it('is the number of objects that may be answered', () => {
    expect(costOf('{ usagePoint(id: "a") { id } }')).toBe(1);
  });

  it('counts a page as often as it is asked for, by literal, variable or default', () => {
    const page = '{ nodes { id } }';
    expect(costOf(`{ usagePoints(first: 7) ${page} }`)).toBe(14);
    expect(costOf(`query ($n: Int) { usagePoints(first: $n) ${page} }`, { n: 7 })).toBe(14);
    expect(costOf(`query ($n: Int = 7) { usagePoints(first: $n) ${page} }`)).toBe(14);
    expect(costOf(`{ usagePoints ${page} }`)).toBe(100);
    expect(costOf(`query ($n: Int) { usagePoints(first: $n) ${page} }`)).toBe(100);
  });

  it('multiplies lists within lists, whether they are paged or not', () => {
    expect(costOf('{ usagePoint(id: "a") { bills(first: 3) { id } } }')).toBe(1 + 3);
    expect(costOf('{ usagePoint(id: "a") { readings(last: 4) { values } } }')).toBe(1 + 4);
    expect(costOf('{ usagePoint(id: "a") { meters { usagePoint { bills(first: 3) { id } } } } }')).toBe(
      1 + 10 * (1 + 1 + 3),
    );
  });

  it('counts what is asked twice twice, through aliases and fragments', () => {
    expect(costOf('{ a: usagePoint(id: "a") { id } b: usagePoint(id: "b") { id } }')).toBe(2);
    expect(
      costOf(
        '{ a: usagePoint(id: "a") { ...M } b: usagePoint(id: "b") { ...M } } fragment M on UsagePoint { meters { serialNumber } }',
      ),
    ).toBe(22);
  });

  it('is found quickly for fragments that multiply each other', () => {
    const fragments = Array.from(
      { length: 30 },
      (_, n) => `fragment F${n} on UsagePoint { ...F${n + 1} ...F${n + 1} }`,
    );
    const [document, operation] = [
      parse(
        `{ usagePoint(id: "a") { ...F0 } } ${fragments.join(' ')} fragment F30 on UsagePoint { meters { serialNumber } }`,
      ),
    ].map((document) => [document, getOperationAST(document)!] as const)[0]!;
    expect(measure(schema, document, operation, {}).cost).toBe(1 + 2 ** 30 * 10);
  });
});

describe('the limits', () => {
  const check = (text: string) => overLimit(schema, ...operationOf(text), {}, limits);

  it('let an ordinary operation pass', () => {
    expect(check('{ usagePoints(first: 20) { nodes { id meters { serialNumber } } } }')).toBeUndefined();
  });

  it('refuse what is too deep, through fragments too', () => {
    const inner = 'meters { usagePoint { meters { usagePoint { id } } } }';
    expect(depthOf(`{ usagePoint(id: "a") { ${inner} } }`)).toBe(6);
    expect(check(`{ usagePoint(id: "a") { ${inner} } }`)).toMatchObject({ code: 'QUERY_TOO_DEEP' });
    expect(check(`{ usagePoint(id: "a") { ...I } } fragment I on UsagePoint { ${inner} }`)).toMatchObject({
      code: 'QUERY_TOO_DEEP',
      details: { depth: 6, limit: 5 },
    });
  });

  it('refuse what is too costly', () => {
    expect(check('{ usagePoints(first: 500) { nodes { bills { id } } } }')).toMatchObject({
      code: 'QUERY_TOO_COSTLY',
    });
  });

  it('refuse a document of many aliases', () => {
    const aliases = Array.from({ length: 4 }, (_, n) => `a${n}: id`).join(' ');
    expect(check(`{ usagePoint(id: "a") { ${aliases} } }`)).toMatchObject({ code: 'QUERY_TOO_MANY_ALIASES' });
  });

  it('leave introspection alone, which development alone allows', () => {
    expect(
      check('{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }'),
    ).toBeUndefined();
  });
});
