import { Decimal } from 'decimal.js';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { Temporal } from 'temporal-polyfill';

const invalid = (expected: string, given: unknown) =>
  new GraphQLError(`${JSON.stringify(given)} is not ${expected}.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });

function scalar<Internal, External>(
  name: string,
  parse: (text: string) => Internal,
  serialize: (value: unknown) => External,
) {
  return new GraphQLScalarType<Internal, External>({
    name,
    serialize,
    parseValue: (value) => parse(String(value)),
    parseLiteral: (node: ValueNode) => {
      if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT)
        return parse(node.value);
      throw invalid(`a ${name}`, node.kind);
    },
  });
}

/** RFC 3339. Comes in as a `Date`; goes out as text, with its offset where the resolver answers text. */
export const DateTimeScalar = scalar<Date, string>(
  'DateTime',
  (text) => {
    try {
      return new Date(Temporal.Instant.from(text).epochMilliseconds);
    } catch {
      throw invalid('an instant with offset (RFC 3339), e.g. 2026-11-01T00:00:00+09:00', text);
    }
  },
  (value) => (value instanceof Date ? value.toISOString() : String(value)),
);

/** ISO 8601 calendar date, as text. */
export const DateScalar = scalar<string, string>(
  'Date',
  (text) => {
    try {
      return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
    } catch {
      throw invalid('a calendar date (ISO 8601), e.g. 2026-11-01', text);
    }
  },
  String,
);

/** Exact decimal, as text without exponent. */
export const DecimalScalar = scalar<string, string>(
  'Decimal',
  (text) => {
    if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw invalid('a decimal number, e.g. 1234.5', text);
    return new Decimal(text).toFixed();
  },
  (value) => (typeof value === 'string' ? value : new Decimal(value as Decimal.Value).toFixed()),
);

export const scalars = { DateTime: DateTimeScalar, Date: DateScalar, Decimal: DecimalScalar };
