import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, lexicographicSortSchema, parse, printSchema, type DocumentNode } from 'graphql';

export interface SubgraphDefinition {
  name: string;
  typeDefs: DocumentNode;
  /** A placeholder: the gateway takes the addresses of the services from its environment. */
  url: string;
}

export interface Composition {
  /** What the gateway plans queries with. */
  supergraph: string;
  /** What partners and tools see. */
  apiSchema: string;
}

/** Where the two committed files lie, from the root of the repository. */
export const SUPERGRAPH_FILE = 'gateway/supergraph.graphql';
export const API_SCHEMA_FILE = 'gateway/api-schema.graphql';

/** The subgraphs do not fit together; `message` lists every fault with its stable code. */
export class CompositionError extends Error {
  readonly code = 'COMPOSITION_FAILED';
}

/** Every `services/<name>/schema.graphql` under the root. */
export function readSubgraphs(root: string): SubgraphDefinition[] {
  return readdirSync(join(root, 'services'))
    .sort()
    .map((name) => ({
      name,
      typeDefs: parse(readFileSync(join(root, 'services', name, 'schema.graphql'), 'utf8')),
      url: `http://${name}.invalid/graphql`,
    }));
}

/** @throws {CompositionError} */
export function composeSupergraph(subgraphs: SubgraphDefinition[]): Composition {
  const result = composeServices(subgraphs);
  if (result.errors) {
    const faults = result.errors.map(
      ({ message, extensions }) => `  ${String(extensions['code'])}: ${message}`,
    );
    throw new CompositionError(`The subgraphs do not compose:\n${faults.join('\n')}`);
  }
  const apiSchema = lexicographicSortSchema(result.schema.toAPISchema().toGraphQLJSSchema());
  return { supergraph: `${result.supergraphSdl.trim()}\n`, apiSchema: `${printSchema(apiSchema)}\n` };
}

/** What a caller of the old API would stumble over in the new one, one sentence each. */
export async function breakingChanges(oldApi: string, newApi: string): Promise<string[]> {
  const changes = await diff(buildSchema(oldApi), buildSchema(newApi));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}
