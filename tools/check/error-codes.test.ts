import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

/** Quoted capitals that are no codes of errors: names of settings, headers, kinds and the like. */
const notCodes = new Set(
  `SERVICE_NAME EVENT_STORE CLAIMS_VERIFIER DEAD_LETTERS LOG_LEVEL PG_VERSION KURRENTDB_URL GRAPHQL_SSE NATS_PORT
   REMOTE_DISCONNECT REMOTE_RECONNECT INTERNAL_SERVER_ERROR DOWNSTREAM_SERVICE_ERROR APOLLO_TELEMETRY_DISABLED
   POSTGRES_PORT BILLING_POLICY THE_THINGS_STACK NOT_ACKNOWLEDGED HEAD_END CSV_MAX_RECORD_SIZE
   DAILY_RUN RECEIVABLES_SETTINGS IN_SUSPENSE PARTLY_PAID WRITTEN_OFF TOP_UP DAILY_USAGE PREPAYMENT_RULES`.split(
    /\s+/,
  ),
);

describe('docs/error-codes.md', () => {
  const used = codesInSources();
  const documented = new Set(
    read('docs/error-codes.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([A-Z0-9_]+)`/g)].map((match) => match[1]!)),
  );

  it('has every code that the sources use', () => {
    expect(used.size).toBeGreaterThan(100);
    expect([...used].filter((code) => !documented.has(code))).toEqual([]);
  });

  it('has no code that the sources do not use', () => {
    expect([...documented].filter((code) => !used.has(code))).toEqual([]);
  });
});

function codesInSources(): Set<string> {
  const sources = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'libs', 'services', 'gateway', 'tools'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
    .split('\n')
    .filter((file) => /\/src\/.*\.ts$|^tools\/[a-z-]+\.ts$/.test(file))
    .filter(
      (file) =>
        !/\.test\.ts$|test-kit|\.contract\.ts$|\.examples\.ts$|generated|libs\/testing|tools\/compose/.test(
          file,
        ),
    );
  return new Set(sources.flatMap((file) => codesIn(read(file))));
}

function codesIn(source: string): string[] {
  const spelled = [
    ...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g),
    ...source.matchAll(/(?:refuse\(|code:)\s*'([A-Z]+)'/g),
  ];
  return spelled.map((match) => match[1]!).filter((code) => !notCodes.has(code));
}
