/** `npm run compose [-- --accept-breaking]`: writes the gateway's supergraph and API schema from the services' SDL. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  API_SCHEMA_FILE,
  breakingChanges,
  composeSupergraph,
  CompositionError,
  readSubgraphs,
  SUPERGRAPH_FILE,
} from './compose-supergraph.ts';

const { values: options } = parseArgs({
  options: { 'accept-breaking': { type: 'boolean', default: false }, root: { type: 'string' } },
});
const root = options.root ?? join(import.meta.dirname, '..');
const apiSchemaFile = join(root, API_SCHEMA_FILE);

try {
  const { supergraph, apiSchema } = composeSupergraph(readSubgraphs(root));
  const broken = existsSync(apiSchemaFile)
    ? await breakingChanges(readFileSync(apiSchemaFile, 'utf8'), apiSchema)
    : [];
  if (broken.length > 0 && !options['accept-breaking']) {
    throw new CompositionError(
      `Callers of the API would break:\n${broken.map((change) => `  ${change}`).join('\n')}\n` +
        `Nothing was written. Where that is meant: npm run compose -- --accept-breaking`,
    );
  }
  writeFileSync(join(root, SUPERGRAPH_FILE), supergraph);
  writeFileSync(apiSchemaFile, apiSchema);
  console.log(`Wrote ${SUPERGRAPH_FILE} and ${API_SCHEMA_FILE}.`);
} catch (error) {
  if (!(error instanceof CompositionError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
