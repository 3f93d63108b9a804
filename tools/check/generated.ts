/** Part of `npm run check`: the generated code is what `npm run generate` makes of the contracts. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const patterns = [
  'libs/contracts/src/generated/**/*.ts',
  'services/*/src/graphql/generated/*.ts',
  'services/*/*.schema.json',
];

function contents(): Map<string, string> {
  const files = globSync(patterns, { cwd: root }).sort();
  return new Map(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
    ]),
  );
}

const before = contents();
execFileSync('npm', ['run', '--silent', 'generate'], { cwd: root, stdio: 'inherit' });
const after = contents();
const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
  (file) => before.get(file) !== after.get(file),
);
for (const file of stale)
  console.error(`GENERATED_STALE: ${file} was not what its contract says; it has been made anew, commit it`);
if (stale.length > 0) process.exitCode = 1;
