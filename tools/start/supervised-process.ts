import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const STOP_WITHIN_MS = 20_000;
const LINES_KEPT = 10;

export interface ProcessSettings {
  name: string;
  /** The compiled entry. */
  script: string;
  environment: Record<string, string>;
  logDirectory: string;
}

/** A process of the mesh: started again whenever it ends by itself, as an orchestrator would. */
export class SupervisedProcess {
  readonly name: string;
  /** Starts so far. */
  starts = 0;
  private readonly settings: ProcessSettings;
  private readonly log: WriteStream;
  private child: ChildProcess | undefined;
  private stopping = false;
  private pause = FIRST_PAUSE_MS;
  private readonly lastLines: string[] = [];

  constructor(settings: ProcessSettings) {
    this.settings = settings;
    this.name = settings.name;
    mkdirSync(settings.logDirectory, { recursive: true });
    this.log = createWriteStream(join(settings.logDirectory, `${settings.name}.log`), { flags: 'a' });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** What it printed last. */
  get lastWords(): string {
    return this.lastLines.join('\n');
  }

  start(): void {
    this.starts++;
    const startedAt = Date.now();
    // The channel tells the child when we are gone; its own process group keeps a Ctrl-C for us, who stop it in order.
    const child = spawn(process.execPath, ['--enable-source-maps', this.settings.script], {
      env: {
        PATH: process.env['PATH'],
        ...this.settings.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.child = child;
    for (const output of [child.stdout!, child.stderr!]) {
      output.pipe(this.log, { end: false });
      createInterface({ input: output }).on('line', (line) => {
        if (this.lastLines.push(line) > LINES_KEPT) this.lastLines.shift();
      });
    }
    child.once('exit', () => {
      if (this.stopping) return;
      this.pause =
        Date.now() - startedAt > LONGEST_PAUSE_MS
          ? FIRST_PAUSE_MS
          : Math.min(this.pause * 2, LONGEST_PAUSE_MS);
      setTimeout(() => this.stopping || this.start(), this.pause);
    });
  }

  /** Asks it to drain, and ends it where it does not within twenty seconds. */
  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(overdue);
    }
    this.log.end();
  }
}
