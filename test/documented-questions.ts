import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Demo } from '../tools/demo/demo.ts';
import { tokenRoles } from '../tools/start/summary.ts';
import type { RunningMesh } from './running-mesh.ts';

const DOCUMENTS = ['README.md', 'docs/api.md'];
const run = promisify(execFile);

/** Asks every question that the documents have their readers ask, by the shell; what changes something is left to its own tests. */
export function describeDocumentedQuestions(mesh: () => { running: RunningMesh; demo: Demo }): void {
  const questions = DOCUMENTS.flatMap((file) => questionsIn(readFileSync(file, 'utf8')));

  describe('a question in the documents', () => {
    it.each(questions.map(({ command, isRefused }) => [command, isRefused] as const))(
      '%s',
      async (command, isRefused) => {
        const script = `. docs/examples/helpers.sh\n${command}`;
        const { stdout } = await run('sh', ['-c', script], {
          env: { ...process.env, METERMESH_DATA: await summaryOf(mesh()) },
        });
        const { data, errors } = JSON.parse(stdout) as { data?: object; errors?: { message: string }[] };
        expect(errors?.map(({ message }) => message) ?? []).toEqual(isRefused ? [expect.any(String)] : []);
        expect(data).toBeDefined();
      },
    );
  });
}

/** Queries of `ask` in a text, each with whether what follows shows that it is refused. */
function questionsIn(text: string): { command: string; isRefused: boolean }[] {
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, body]) => ({
    language,
    body: body!,
  }));
  return blocks.flatMap(({ language, body }, index) =>
    language !== 'sh'
      ? []
      : body
          .split(/^(?=ask |echo |curl |npm |\w+\(\))/m)
          .map((each) => each.trim())
          .filter((each) => /^ask \w+ ["'](\{|query)/.test(each))
          .map((command) => ({
            command,
            isRefused: blocks[index + 1]?.body.startsWith('{"errors"') ?? false,
          })),
  );
}

let written: Promise<string> | undefined;

/** A folder with what `npm start` would have written down of this mesh. */
function summaryOf({ running, demo }: { running: RunningMesh; demo: Demo }): Promise<string> {
  written ??= (async () => {
    const tokens = await Promise.all(
      tokenRoles.map(async (role) => {
        const customerId = role === 'customer' ? demo.objects.customerId : undefined;
        return [role, await running.token(role, `demo-${role}`, customerId)];
      }),
    );
    const folder = mkdtempSync(join(tmpdir(), 'metermesh-documents-'));
    const summary = {
      endpoint: running.mesh.endpoint,
      tokens: Object.fromEntries(tokens),
      demo: demo.objects,
    };
    writeFileSync(join(folder, 'demo.json'), JSON.stringify(summary));
    return folder;
  })();
  return written;
}
