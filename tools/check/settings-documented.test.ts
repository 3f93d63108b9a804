import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const operating = read('docs/operating.md');
const sources = globSync(['libs/service-kit/src/environment.ts', '{services/*,gateway}/src/environment.ts'], {
  cwd: root,
});

/** Names of the zod shapes in a source that declares an environment: `NAME: schema,`. */
const declared = (path: string) =>
  [...read(path).matchAll(/^ +([A-Z][A-Z_]+): /gm)].map((match) => match[1]!);

describe('docs/operating.md', () => {
  it.each(sources)('tells of every variable that %s declares', (path) => {
    const missing = declared(path).filter((name) => !operating.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it('and services/ingestion/README.md of those of ingestion', () => {
    const table = read('services/ingestion/README.md');
    const missing = declared('services/ingestion/src/environment.ts').filter(
      (name) => !table.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});
