import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync, type Options } from '@swc/core';

/*
 * Lets a process run our TypeScript as it is, built or not: Node strips types by itself, but knows no decorators, of which
 * Nest needs the types of parameters as well. To be given to `node --import`, as `sourceArguments` does.
 */
const root = new URL('../../../', import.meta.url);
const { jsc } = JSON.parse(readFileSync(new URL('.swcrc', root), 'utf8')) as Options;
const decorator = /^\s*@[A-Z]/m;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(root.href) || !url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const source = readFileSync(filename, 'utf8');
    if (!decorator.test(source)) return nextLoad(url, context);
    const { code } = transformSync(source, {
      filename,
      swcrc: false,
      sourceMaps: 'inline',
      jsc: { ...jsc, rewriteRelativeImportExtensions: false } as Options['jsc'],
      module: { type: 'es6' },
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
