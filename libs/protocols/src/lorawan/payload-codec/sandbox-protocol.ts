/** What the thread of a sandbox and its owner say to each other. */
export interface SandboxLimits {
  /** Processor time of one call. */
  readonly cpuMilliseconds: number;
  /** Processor time of running a codec's file once. */
  readonly loadMilliseconds: number;
  /** What all that a codec allocates may hold. */
  readonly memoryBytes: number;
  readonly stackBytes: number;
  /** Characters of a result, as JSON. */
  readonly outputCharacters: number;
}

export interface SandboxRequest {
  /** Tells codecs apart; the same id is the same code. */
  readonly codecId: number;
  /** Present the first time that this thread meets the codec. */
  readonly code?: string;
  /** JSON for the guest. */
  readonly call: string;
}

export type SandboxReply =
  | { readonly answer: string }
  | { readonly failure: 'timeout' | 'memory' | 'stack' | 'threw' | 'crashed'; readonly message: string };

/** States of the shared word on which the owner waits. */
export const IDLE = 0;
/** A codec's file runs: from here on the owner's patience is short, */
export const LOADING = 1;
/** and shorter here, where it is called. */
export const RUNNING = 2;
export const DONE = 3;
