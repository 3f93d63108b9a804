import { z } from 'zod';
import { tariffShape } from './tariff.ts';

/**
 * The JSON Schema (draft 2020-12) of tariff files, for editors that complete and check while one types. Where a file
 * includes a part, what the part brings may be missing. What lies between rules (coverage of calendars, references) no
 * schema can say; `parseTariff` does.
 */
export function tariffSchema(): object {
  const { $defs, ...schema } = withParts(z.toJSONSchema(tariffShape, { io: 'input' })) as Record<
    string,
    object
  >;
  return { title: 'A tariff of Metermesh', ...schema, $defs: { ...$defs, include } };
}

/** The text of the committed file. */
export const tariffSchemaText = (): string => `${JSON.stringify(tariffSchema(), undefined, 2)}\n`;

/** Every object may be, or take members from, an included part. */
function withParts(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withParts);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { oneOf, ...rest } = schema as Record<string, unknown>;
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withParts(value)]));
  if (oneOf) own['anyOf'] = withParts(oneOf);
  if (own['type'] !== 'object' || typeof own['properties'] !== 'object') return own;
  const { required, ...object } = own;
  const properties = { ...(own['properties'] as object), include: { $ref: '#/$defs/include' } };
  return {
    ...object,
    properties,
    ...(required !== undefined && { anyOf: [{ required: ['include'] }, { required }] }),
  };
}

const include = {
  type: 'string',
  pattern: '^([a-z0-9-]+/)?_[a-z0-9-]+$',
  description: 'Name of a part, a file that begins with "_", whose members or elements stand here.',
};
