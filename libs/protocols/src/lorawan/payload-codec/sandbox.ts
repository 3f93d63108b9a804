import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import {
  DONE,
  IDLE,
  type SandboxLimits,
  type SandboxReply,
  type SandboxRequest,
} from './sandbox-protocol.ts';

export const sandboxLimits: SandboxLimits = {
  cpuMilliseconds: 100,
  loadMilliseconds: 500,
  memoryBytes: 16 * 1024 * 1024,
  stackBytes: 256 * 1024,
  outputCharacters: 64 * 1024,
};

/**
 * Processor time that the thread may take to load a codec or to answer a call before it is ended: ten times what QuickJS
 * itself grants, for where it does not ask. On a machine so busy that it gets none, the wall clock decides.
 */
const PATIENCE_MILLISECONDS = 1_000;
const LONGEST_WAIT_MILLISECONDS = 20_000;
const LOOKED_AFTER_EVERY_MILLISECONDS = 100;
/** A codec that was stopped so often in a row is run only every so many calls, until it comes to its end again. */
const STRIKES = 3;
const TRIED_AGAIN_EVERY = 100;

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly control: Int32Array;
  /** Codecs whose code it has. */
  readonly knows: Set<number>;
}

interface Record {
  readonly id: number;
  stoppedInARow: number;
  skipped: number;
}

/**
 * Runs foreign JavaScript in QuickJS (WebAssembly) on a thread of its own. The guest has no way to the host but the
 * text of its answer. It is interrupted when its processor time is over; where it is deep in the engine, which then is
 * not asked, its thread is ended. Calls are synchronous: the caller waits.
 */
export class Sandbox {
  readonly limits: SandboxLimits;
  readonly #codecs = new Map<string, Record>();
  #thread: Thread | undefined;

  constructor(limits: Partial<SandboxLimits> = {}) {
    this.limits = { ...sandboxLimits, ...limits };
  }

  /**
   * Runs one call of a codec; `suspended` of one that was stopped again and again is told without running it.
   * @param call JSON for the guest
   */
  run(code: string, call: string): SandboxReply | 'suspended' {
    const codec = this.#recordOf(code);
    if (codec.stoppedInARow >= STRIKES && ++codec.skipped % TRIED_AGAIN_EVERY !== 0) return 'suspended';
    const reply = this.#ask(codec.id, code, call);
    const wasStopped = 'failure' in reply && reply.failure !== 'threw';
    codec.stoppedInARow = wasStopped ? codec.stoppedInARow + 1 : 0;
    return reply;
  }

  /** Ends the thread; the next call would start another. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }

  #recordOf(code: string): Record {
    let codec = this.#codecs.get(code);
    if (!codec) this.#codecs.set(code, (codec = { id: this.#codecs.size, stoppedInARow: 0, skipped: 0 }));
    return codec;
  }

  #ask(codecId: number, code: string, call: string): SandboxReply {
    const thread = (this.#thread ??= this.#start());
    Atomics.store(thread.control, 0, IDLE);
    const request: SandboxRequest = { codecId, code: thread.knows.has(codecId) ? undefined : code, call };
    thread.knows.add(codecId);
    thread.port.postMessage(request);
    const state = this.#awaitAnswer(thread.control);
    if (state !== DONE) {
      void this.close();
      const message = 'it did not come back, and its thread was ended';
      return { failure: state === IDLE ? 'crashed' : 'timeout', message };
    }
    return receiveMessageOnPort(thread.port)!.message as SandboxReply;
  }

  /** The state in which the thread is when it has answered, or when patience is over. */
  #awaitAnswer(control: Int32Array): number {
    const beganAt = performance.now();
    let grantedFrom = cpuMilliseconds();
    for (let before = IDLE; ;) {
      const state = Atomics.load(control, 0);
      if (state === DONE || performance.now() - beganAt > LONGEST_WAIT_MILLISECONDS) return state;
      if (state !== before) grantedFrom = cpuMilliseconds();
      before = state;
      if (state !== IDLE && cpuMilliseconds() - grantedFrom > PATIENCE_MILLISECONDS) return state;
      Atomics.wait(control, 0, state, LOOKED_AFTER_EVERY_MILLISECONDS);
    }
  }

  #start(): Thread {
    const control = new Int32Array(new SharedArrayBuffer(4));
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(
      // Where sources run as they are the thread is one of them.
      new URL(`./sandbox-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
      {
        workerData: { control, port: port2, limits: this.limits },
        transferList: [port2],
        env: {},
        resourceLimits: { maxOldGenerationSizeMb: 256 },
      },
    );
    const thread = { worker, port: port1, control, knows: new Set<number>() };
    const forget = () => {
      if (this.#thread === thread) this.#thread = undefined;
    };
    worker.on('error', forget).on('exit', forget);
    worker.unref();
    port1.unref();
    return thread;
  }
}

/** Of the whole process, while this thread of it waits. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
