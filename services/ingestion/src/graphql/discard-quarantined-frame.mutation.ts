import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { Quarantine } from '../adapters/quarantine.table.ts';
import { WAYS_IN, type WaysIn } from '../ways-in.ts';
import type { MutationDiscardQuarantinedFrameArgs, QuarantinedFrame } from './generated/schema.ts';
import { quarantineView } from './quarantine-view.ts';

@Resolver()
export class DiscardQuarantinedFrameMutation {
  constructor(
    private readonly frames: Quarantine,
    @Inject(WAYS_IN) private readonly waysIn: WaysIn,
  ) {}

  /** The entry stays, with who discarded it and why; it only waits no longer. */
  @Mutation()
  async discardQuarantinedFrame(
    @Args() { id, reason }: MutationDiscardQuarantinedFrameArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<QuarantinedFrame> {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    if (reason.trim() === '') orThrow(refuse('REASON_MISSING', 'Say why the frame is discarded.'));
    const wasWaiting = await this.frames.settle(id, 'DISCARDED', claims.subject, reason);
    const [row] = await this.frames.byIds([id]);
    if (!row)
      return orThrow<never>(refuse('QUARANTINED_FRAME_NOT_FOUND', `No frame ${id} is in quarantine.`));
    if (!wasWaiting)
      orThrow(
        refuse('NOT_WAITING', `Frame ${id} is ${row.status.toLowerCase()} already: nothing is left to do.`),
      );
    return quarantineView(row, this.waysIn);
  }
}
