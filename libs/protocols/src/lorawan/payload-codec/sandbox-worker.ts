/** The thread in which payload codecs run: takes a request, runs it in a world of its own, answers. */
import { workerData, type MessagePort } from 'node:worker_threads';
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';
import { CodecInstance, failureOf } from './codec-instance.ts';
import {
  DONE,
  LOADING,
  RUNNING,
  type SandboxLimits,
  type SandboxReply,
  type SandboxRequest,
} from './sandbox-protocol.ts';

const { control, port, limits } = workerData as {
  readonly control: Int32Array;
  readonly port: MessagePort;
  readonly limits: SandboxLimits;
};
/** Each holds 16 MiB of address space and touches one or two. */
const MOST_INSTANCES = 24;
const codes = new Map<number, string>();
const instances = new Map<number, CodecInstance>();

port.on('message', ({ codecId, code, call }: SandboxRequest) => {
  if (code !== undefined) codes.set(codecId, code);
  void answer(codecId, call).then((reply) => {
    port.postMessage(reply);
    tell(DONE);
  });
});

function tell(state: number): void {
  Atomics.store(control, 0, state);
  Atomics.notify(control, 0);
}

async function answer(codecId: number, call: string): Promise<SandboxReply> {
  try {
    const instance = instances.get(codecId) ?? (await newInstance(codecId));
    tell(RUNNING);
    const reply = instance.call(call);
    if ('failure' in reply) instances.delete(codecId);
    return reply;
  } catch (error) {
    instances.delete(codecId);
    return failureOf(error);
  }
}

/** In WebAssembly of its own: nothing is shared with other codecs, and dropping it frees all. */
async function newInstance(codecId: number): Promise<CodecInstance> {
  const quickjs = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
  const [oldest] = instances.keys();
  if (instances.size >= MOST_INSTANCES && oldest !== undefined) instances.delete(oldest);
  tell(LOADING);
  const instance = new CodecInstance(quickjs, codes.get(codecId)!, limits);
  instances.set(codecId, instance);
  return instance;
}
