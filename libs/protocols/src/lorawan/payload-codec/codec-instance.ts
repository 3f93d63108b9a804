import type {
  QuickJSContext,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { epilogue, prologue } from './guest.ts';
import type { SandboxLimits, SandboxReply } from './sandbox-protocol.ts';

/**
 * A codec, loaded once. What it has become by then is kept as a picture of the memory, and every call starts from that
 * picture: no call finds what another left, at the price of a copy instead of a new world.
 */
export class CodecInstance {
  readonly #memory: WebAssembly.Memory;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #run: QuickJSHandle;
  readonly #picture: readonly Segment[];
  readonly #limits: SandboxLimits;
  #deadline = 0;

  /** Throws what evaluating the codec threw, as an `Error` with the guest's name and message. */
  constructor(quickjs: QuickJSWASMModule, code: string, limits: SandboxLimits) {
    this.#limits = limits;
    this.#memory = quickjs.getWasmMemory();
    this.#runtime = quickjs.newRuntime();
    this.#runtime.setMemoryLimit(limits.memoryBytes);
    this.#runtime.setMaxStackSize(limits.stackBytes);
    this.#runtime.setInterruptHandler(() => cpuMilliseconds() > this.#deadline);
    this.#context = this.#runtime.newContext();
    const stack = longestHole(this.#memory);
    this.#startClock(limits.loadMilliseconds);
    const prepare = this.#evaluate(prologue, 'sandbox.js');
    this.#evaluate(code, 'codec.js').dispose();
    const find = this.#evaluate(epilogue, 'sandbox.js');
    this.#run = this.#unwrap(this.#context.callFunction(prepare, this.#context.undefined, find));
    // Once through everything that the library makes on first use, which must be in the picture.
    this.#context.newString('').dispose();
    this.#picture = pictureOf(this.#memory, stack);
  }

  /** @param request JSON that the guest reads. Discard the instance after any failure but `threw`. */
  call(request: string): SandboxReply {
    this.#startClock(this.#limits.cpuMilliseconds);
    try {
      const argument = this.#context.newString(request);
      const result = this.#context.callFunction(this.#run, this.#context.undefined, argument);
      argument.dispose();
      const answer = this.#unwrap(result).consume((handle) => this.#context.getString(handle));
      const memory = new Uint8Array(this.#memory.buffer);
      for (const { start, octets } of this.#picture) memory.set(octets, start);
      return { answer };
    } catch (error) {
      return failureOf(error);
    }
  }

  #startClock(milliseconds: number): void {
    this.#deadline = cpuMilliseconds() + milliseconds;
  }

  #evaluate(code: string, file: string): QuickJSHandle {
    return this.#unwrap(this.#context.evalCode(code, file));
  }

  #unwrap(result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    if (!result.error) return result.value;
    const told: unknown = result.error.consume((handle) => this.#context.dump(handle));
    const { name = 'Error', message = '' } =
      typeof told === 'object' && told !== null ? (told as Partial<Error>) : {};
    throw Object.assign(new Error(String(message)), { name: String(name) });
  }
}

/** Of this thread alone: a busy machine is not the codec's fault. */
function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Segment {
  readonly start: number;
  readonly octets: Uint8Array;
}

/**
 * The longest run of zeros with something behind it: in a world that has run no foreign code yet this is the unused part
 * of its stack, several megabytes that nobody has to remember.
 */
function longestHole(memory: WebAssembly.Memory): { readonly start: number; readonly end: number } {
  const words = new Uint32Array(memory.buffer);
  let longest = { start: 0, end: 0 };
  let start = 0;
  words.forEach((word, at) => {
    if (word === 0) return;
    if (at - start > longest.end - longest.start) longest = { start, end: at };
    start = at + 1;
  });
  return { start: longest.start * 4, end: longest.end * 4 };
}

/** All that is in memory, to the last octet that is not zero, without the hole. */
function pictureOf(
  memory: WebAssembly.Memory,
  hole: { readonly start: number; readonly end: number },
): Segment[] {
  const words = new Uint32Array(memory.buffer);
  const end = (words.findLastIndex((word) => word !== 0) + 1) * 4;
  const octets = new Uint8Array(memory.buffer);
  return [
    { start: 0, octets: octets.slice(0, hole.start) },
    { start: hole.end, octets: octets.slice(hole.end, end) },
  ];
}

/** What stopped a guest, by how QuickJS (or WebAssembly, where its stack ran over) calls it. */
export function failureOf(error: unknown): SandboxReply {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const told = message.slice(0, 300);
  if (name === 'InternalError' && message === 'interrupted') return { failure: 'timeout', message: told };
  if (message === 'out of memory') return { failure: 'memory', message: told };
  if (/stack (overflow|size exceeded)/.test(message)) return { failure: 'stack', message: told };
  if (name === 'RuntimeError' || name === 'QuickJSUseAfterFree') return { failure: 'crashed', message: told };
  return { failure: 'threw', message: name === '' ? told : `${name}: ${told}` };
}
