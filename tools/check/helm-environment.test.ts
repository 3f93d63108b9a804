import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseManifests } from './kubernetes-manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifests = parseManifests(readFileSync(join(root, 'k8s/base/metermesh.yaml'), 'utf8'));

interface Deployment {
  template: { spec: { containers: { env: { name: string }[] }[] } };
}

/** Variables that the chart gives a component: those of its own and those of the common config map. */
function given(component: string): string[] {
  const find = (kind: string, name: string) =>
    manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === `metermesh-${name}`);
  const common = find('ConfigMap', 'config')?.['data'] as object;
  const { template } = find('Deployment', component)?.['spec'] as Deployment;
  const own = template.spec.containers.flatMap(({ env }) => env.map(({ name }) => name));
  return [...Object.keys(common), ...own];
}

/** The variables of the zod shapes in a source that declares an environment: `NAME: schema,`. */
function declared(path: string): [name: string, schema: string][] {
  const entries = readFileSync(join(root, path), 'utf8')
    .split(/^ +(?=[A-Z][A-Z_]+:)/m)
    .slice(1);
  return entries.map((entry) => {
    const [declaration] = entry.split(/^ *(?:}|\/\*)/m);
    const [name, ...schema] = declaration!.split(':');
    return [name!, schema.join(':')];
  });
}

const common = declared('libs/service-kit/src/environment.ts');
const isNeeded = (schema: string) => !/\.default\(|\.optional\(|^ port\(/.test(schema);

describe('the environment that the chart gives', () => {
  it.each(globSync('{services/*,gateway}/src/environment.ts', { cwd: root }))(
    'fits what %s declares',
    (path) => {
      const component = path.split('/').at(-3)!;
      const own = declared(path);
      const read = new Set([...common, ...own].map(([name]) => name));
      expect(given(component).filter((name) => !read.has(name))).toEqual([]);
      const needed = own.filter(([, schema]) => isNeeded(schema)).map(([name]) => name);
      expect(needed.filter((name) => !given(component).includes(name))).toEqual([]);
    },
  );
});
