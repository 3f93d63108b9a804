import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { orThrow, ProjectionHost, requireRole, type SubgraphContext } from '@metermesh/service-kit';
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
        { actor: claims.subject, correlationId: claims.correlationId },
      ),
    );
    await this.projections.reach(position);
    return (await this.controls.byId([id])).get(id);
  }
}
