import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

describe('the check of the composition', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'metermesh-composition-'));
    mkdirSync(join(root, 'gateway'));
    for (const service of readdirSync(join(repository, 'services'))) {
      mkdirSync(join(root, 'services', service), { recursive: true });
      cpSync(
        join(repository, 'services', service, 'schema.graphql'),
        join(root, 'services', service, 'schema.graphql'),
      );
    }
    expect(run('compose.ts')).toMatchObject({ status: 0 });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (tool: string, ...options: string[]) =>
    spawnSync(
      process.execPath,
      ['--conditions=source', join(repository, 'tools', tool), '--root', root, ...options],
      {
        encoding: 'utf8',
      },
    );
  const check = () => run('check/composition.ts');
  const change = (service: string, from: string, to: string) => {
    const file = join(root, 'services', service, 'schema.graphql');
    const before = readFileSync(file, 'utf8');
    expect(before).toContain(from);
    writeFileSync(file, before.replace(from, to));
  };

  it('is content with what was just composed', () => {
    expect(check()).toMatchObject({ status: 0, stderr: '' });
  });

  it('finds a supergraph that is older than a schema, until it is composed again', () => {
    change('billing', 'type Tariff {', 'type Tariff {\n  remark: String');
    expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining('SUPERGRAPH_STALE') });

    expect(run('compose.ts')).toMatchObject({ status: 0 });
    expect(check()).toMatchObject({ status: 0 });
  });

  it('finds a change that breaks callers, which composing again does not hide', () => {
    change('billing', '  name: String!\n', '');
    expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining('API_BREAKING_CHANGE') });

    expect(run('compose.ts')).toMatchObject({ status: 1, stderr: expect.stringContaining('Tariff') });
    expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining('API_BREAKING_CHANGE') });

    expect(run('compose.ts', '--accept-breaking')).toMatchObject({ status: 0 });
    expect(check()).toMatchObject({ status: 0 });
  });

  it('finds subgraphs that do not fit together', () => {
    change('billing', 'type PageInfo @shareable', 'type PageInfo');
    expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining('INVALID_FIELD_SHARING') });
  });
});
