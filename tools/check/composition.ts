/** Part of `npm run check`: the committed supergraph is that of the services' SDL, and nothing breaks callers of the API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  API_SCHEMA_FILE,
  breakingChanges,
  composeSupergraph,
  CompositionError,
  readSubgraphs,
  SUPERGRAPH_FILE,
} from '../compose-supergraph.ts';

/** What is wrong, one sentence each; none: all is well. */
async function faults(root: string): Promise<string[]> {
  const committed = (file: string) => readFileSync(join(root, file), 'utf8');
  const { supergraph, apiSchema } = composeSupergraph(readSubgraphs(root));
  const broken = await breakingChanges(committed(API_SCHEMA_FILE), apiSchema);
  if (broken.length > 0) return broken.map((change) => `API_BREAKING_CHANGE: ${change}`);
  return [
    ...(supergraph === committed(SUPERGRAPH_FILE) ? [] : [stale(SUPERGRAPH_FILE)]),
    ...(apiSchema === committed(API_SCHEMA_FILE) ? [] : [stale(API_SCHEMA_FILE)]),
  ];
}

function stale(file: string): string {
  return `SUPERGRAPH_STALE: ${file} is not what the services' schema.graphql compose to: npm run compose`;
}

const { values: options } = parseArgs({ options: { root: { type: 'string' } } });
try {
  const found = await faults(options.root ?? join(import.meta.dirname, '../..'));
  for (const fault of found) console.error(fault);
  if (found.length > 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof CompositionError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
