import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Controls } from '../adapters/controls.table.ts';
import { EndDeviceControls } from '../adapters/end-device-controls.ts';

@Resolver()
export class ApproveEndDeviceControlMutation {
  constructor(
    private readonly decisions: EndDeviceControls,
    private readonly controls: Controls,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  async approveEndDeviceControl(@Args('id') id: string, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'supervisor'));
    const { position } = orThrow(
      await this.decisions.execute(
        { type: 'approve', controlId: id, by: claims.subject, at: Date.now() },
        onBehalfOf(claims),
      ),
    );
    await this.projections.reach(position);
    return (await this.controls.byId([id])).get(id);
  }
}
