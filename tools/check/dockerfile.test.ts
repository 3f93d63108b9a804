import { globSync, readFileSync, statSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** What the build stage hands to the final one: the arguments of `cp --parents`. */
const kept = (/cp --archive --parents ([^]*?)\/runtime\n/.exec(dockerfile)?.[1] ?? '')
  .split(/[\s\\]+/)
  .filter((path) => path !== '');

/** Files that a source opens beside itself, as `new URL('../migrations/', import.meta.url)`. */
function filesOpenedBy(source: string): string[] {
  const text = readFileSync(join(root, source), 'utf8');
  const calls = text.matchAll(/new URL\(\s*'([^']+)',\s*import\.meta\.url/g);
  return [...calls].map(([, path]) => relative(root, join(root, source, '..', path as string)));
}

const isFolder = (path: string): boolean => statSync(join(root, path)).isDirectory();

describe('the Dockerfile', () => {
  it('keeps the rules of the Dockerfile linter', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('does not run as root', () => {
    expect(/^USER (.*)$/m.exec(dockerfile.split(/^FROM /m).at(-1) as string)?.[1]).toBe('1000:1000');
  });

  it('copies what exists', () => {
    // dist and node_modules come into being in the image.
    const committed = kept.filter((path) => !/(^|\/)(dist|node_modules)$/.test(path));
    expect(committed.length).toBeGreaterThan(5);
    // A folder without files is none in a fresh clone.
    const missing = committed.filter((pattern) =>
      globSync([pattern, `${pattern}/**/*.*`], { cwd: root }).every(isFolder),
    );
    expect(missing).toEqual([]);
  });

  it('copies what each workspace needs to run: its package.json and its dist', () => {
    const workspaces = globSync('{libs/*,services/*,gateway}/package.json', { cwd: root });
    expect(workspaces.length).toBeGreaterThan(10);
    const needed = workspaces.flatMap((path) => [path, path.replace('package.json', 'dist')]);
    expect(needed.filter((path) => !isKept(path))).toEqual([]);
  });

  it('copies every file that the running code opens', () => {
    const sources = globSync('{libs/*,services/*,gateway}/src/**/*.ts', { cwd: root });
    const notRunning = ['**/*.test.ts', '**/*.test-kit.ts', 'libs/testing/**', 'libs/embedded/**'];
    const running = sources.filter((path) => !notRunning.some((pattern) => matchesGlob(path, pattern)));
    const opened = running.flatMap((source) => filesOpenedBy(source));
    expect(opened.length).toBeGreaterThan(0);
    const workspace = (path: string) => isKept(`${path}/package.json`);
    expect(opened.filter((path) => !isKept(path) && !workspace(path) && !path.endsWith('.ts'))).toEqual([]);
  });

  it('is asked by the chart to run entries that the image has', () => {
    const rendered = readFileSync(join(root, 'k8s/base/metermesh.yaml'), 'utf8');
    const entries = [...rendered.matchAll(/args: \[(.*)\]/g)].map(([, entry]) => entry as string);
    const folders = globSync(['services/*', 'gateway'], { cwd: root });
    expect(entries.toSorted()).toEqual(folders.map((folder) => `${folder}/dist/main.js`).toSorted());
  });
});

/** Whether a path of the tree, or a folder above it, is among what the image keeps. */
function isKept(path: string): boolean {
  const steps = path.split('/');
  return steps.some((_, end) =>
    kept.some((pattern) => matchesGlob(steps.slice(0, end + 1).join('/'), pattern)),
  );
}
