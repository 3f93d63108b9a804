import { Injectable } from '@nestjs/common';
import type { Refusal } from '@metermesh/decider';
import type { ProtocolCodec } from '@metermesh/protocols';
import { KnownMeters } from '../../adapters/known-meters.table.ts';
import type { KnownMeter } from '../../domain/known-meter.ts';
import type { Sender } from '../../domain/sender.ts';
import { InTurn } from '../../in-turn.ts';
import type { Submission } from '../../submission.ts';
import { partsOfFrame } from './frame-parts.ts';

/** A frame and how it came. */
export interface ArrivedFrame {
  /** E.g. `http-frame`. */
  readonly source: string;
  readonly codec: ProtocolCodec;
  readonly octets: Uint8Array;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Whether it comes straight from the device that made it. */
  readonly isLive?: boolean;
  /** What quarantine keeps of how it came, besides its protocol. */
  readonly context?: Readonly<Record<string, string>>;
  /** By what the sender is known where the frame itself does not say. */
  readonly named?: Sender;
  /** Refuses where whoever brought it may not speak for that meter. */
  admit?(meter: KnownMeter): Refusal | undefined;
}

/** Submissions of frames: one for each device that a frame speaks for. */
@Injectable()
export class FrameSubmissions {
  private readonly inTurn = new InTurn();

  constructor(private readonly meters: KnownMeters) {}

  /** Never empty. Of a frame out of quarantine only the part that was kept, where it was one of several. */
  of(frame: ArrivedFrame): Promise<Submission[]> {
    return this.inTurn.settle(this.read(frame));
  }

  private async read({ codec, context, ...frame }: ArrivedFrame): Promise<Submission[]> {
    const { source, octets, receivedAt, isLive, named, admit } = frame;
    const keysOf = async (sender: Sender) => (await this.meters.ofSenders([sender]))(sender)?.keys;
    const parts = await partsOfFrame(codec, octets, { named, keysOf });
    const submissions = parts.map(({ sender, open }, part) => ({
      source,
      receivedAt,
      isLive,
      payload: octets,
      context: { ...context, protocol: codec.protocol, ...(parts.length > 1 && { part: String(part) }) },
      sender,
      open: (meter: KnownMeter) => admit?.(meter) ?? open(meter),
    }));
    const kept = Number(context?.['part']);
    return submissions[kept] ? [submissions[kept]] : submissions;
  }
}
