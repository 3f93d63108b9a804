import type { Refusal } from '@metermesh/decider';
import type { DecodedPush } from '@metermesh/protocols';
import type { KnownMeter } from './domain/known-meter.ts';
import type { Sender } from './domain/sender.ts';

/** Something that claims to be readings of one meter, whichever way it came. */
export interface Submission {
  /** E.g. `dlms-push`, `http-csv`. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** As it came: what is kept where it cannot become readings. */
  readonly payload: Uint8Array;
  /** What besides the payload is needed to read it again: its protocol, topic, client … */
  readonly context?: Readonly<Record<string, string>>;
  readonly sender: Sender | Refusal;
  /** Reads it with what is known of its meter. */
  open(meter: KnownMeter): DecodedPush | Refusal;
  /** False where whoever submits it deals with a refusal himself: then quarantine does not keep it. */
  readonly isKeptAside?: boolean;
  /**
   * False for what was released from quarantine: its counter may be behind by now, and an operator or the registry has
   * settled what was wrong. Its key authenticates it all the same, and what was recorded already stays one fact.
   */
  readonly isCounted?: boolean;
  /** True for what comes straight from the meter that sends it: then the time that it states tells how the meter's clock is. */
  readonly isLive?: boolean;
  /** True where the sender is told whether this was a repeat, which costs reading what was recorded before. */
  readonly isToldRepeats?: boolean;
}

export type Outcome =
  | {
      /** `passed-over`: registers that came faster than is recorded, from a sender who waits for no answer. */
      readonly status: 'recorded' | 'repeated' | 'passed-over';
      readonly push: DecodedPush;
      /** Ids of its readings: interval values and registers. */
      readonly readings: readonly string[];
      readonly leftAside: readonly Refusal[];
    }
  | Refusal;
