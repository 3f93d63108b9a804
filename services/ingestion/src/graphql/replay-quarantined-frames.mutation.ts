import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { refuse } from '@metermesh/decider';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { Quarantine } from '../adapters/quarantine.table.ts';
import { ReleaseQuarantined } from '../release-quarantined.ts';
import { WAYS_IN, type WaysIn } from '../ways-in.ts';
import type { ReplayResult } from './generated/schema.ts';
import { quarantineView } from './quarantine-view.ts';

const MOST = 500;

@Resolver()
export class ReplayQuarantinedFramesMutation {
  constructor(
    private readonly frames: Quarantine,
    private readonly releaseQuarantined: ReleaseQuarantined,
    @Inject(WAYS_IN) private readonly waysIn: WaysIn,
  ) {}

  @Mutation()
  async replayQuarantinedFrames(
    @Args('ids') ids: string[],
    @Context() { claims }: SubgraphContext,
  ): Promise<ReplayResult[]> {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    if (ids.length > MOST)
      orThrow(refuse('TOO_MANY_FRAMES', `${ids.length} frames; replay at most ${MOST} at once.`));
    const rows = await this.frames.byIds(ids);
    const unknown = ids.find((id) => !rows.some((row) => row.id === id));
    if (unknown)
      orThrow(
        refuse('QUARANTINED_FRAME_NOT_FOUND', `No frame ${unknown} is in quarantine; nothing was replayed.`),
      );
    const errors = new Map<string, string | null>();
    for (const row of rows) {
      const refusal = await this.releaseQuarantined.release(row, claims.subject);
      errors.set(row.id, refusal ? `${refusal.code}: ${refusal.message}` : null);
    }
    const after = await this.frames.byIds(ids);
    return after.map((row) => ({ frame: quarantineView(row, this.waysIn), error: errors.get(row.id) }));
  }
}
