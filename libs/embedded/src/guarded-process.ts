import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SystemUser } from './system-user.ts';

export interface GuardedProcessOptions {
  /** Run as this user; otherwise as the present one. */
  user?: SystemUser | undefined;
  env?: Record<string, string>;
  /** What asks the program to stop. */
  stopSignal?: 'INT' | 'TERM' | 'QUIT';
  /** Removed once the program has ended, however it came to that. */
  removeAfterwards?: string;
  onLog?(line: string): void;
}

export interface GuardedProcess {
  /** Resolves when the program has ended, by itself or stopped. */
  readonly ended: Promise<{ code: number | null }>;
  /** The last lines that the program printed. */
  readonly lastLines: readonly string[];
  stop(): Promise<void>;
  /** From now on the program does not keep this process alive; the guard will see it go. */
  unref(): void;
}

const linesKept = 20;

/**
 * The guard holds a pipe to us. Its end means that we stopped the program or died, by whatever signal: then the guard
 * stops the program and tidies up. No exit handler of ours has to run.
 */
const guard = `
  exec 3<&0
  "$@" </dev/null 3<&- &
  program=$!
  ( read -r _ <&3; kill -"$STOP_SIGNAL" $program ) 2>/dev/null &
  watch=$!
  exec 3<&-
  wait $program
  code=$?
  kill $watch 2>/dev/null
  [ -z "$REMOVE_AFTERWARDS" ] || rm -rf "$REMOVE_AFTERWARDS"
  exit $code
`;

/** Starts a program that never outlives this process, and that a Ctrl-C in our terminal reaches only through us. */
export function startGuarded(
  command: string,
  args: readonly string[],
  options: GuardedProcessOptions = {},
): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', guard, 'guard', command, ...args], {
    ...options.user,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      ...options.env,
      STOP_SIGNAL: options.stopSignal ?? 'TERM',
      REMOVE_AFTERWARDS: options.removeAfterwards ?? '',
    },
  });
  const lastLines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > linesKept) lastLines.shift();
      options.onLog?.(line);
    });
  }
  const ended = new Promise<{ code: number | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code }));
  });
  ended.catch(() => {});
  return {
    ended,
    lastLines,
    async stop() {
      child.ref();
      child.stdin.destroy();
      await ended;
    },
    unref() {
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) {
        (stream as unknown as { unref(): void }).unref();
      }
    },
  };
}
