import { createHash, randomUUID } from 'node:crypto';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { ControlKind } from '@metermesh/contracts';
import { refuse } from '@metermesh/decider';
import {
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type Claims,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { Controls } from '../adapters/controls.table.ts';
import { EndDeviceControls } from '../adapters/end-device-controls.ts';
import { InstalledMeters } from '../adapters/installed-meters.table.ts';
import type { RequestControlInput } from './generated/schema.ts';

const VALID_FOR_MS = 24 * 3_600_000;

@Resolver()
export class RequestControlMutation {
  constructor(
    private readonly decisions: EndDeviceControls,
    private readonly meters: InstalledMeters,
    private readonly controls: Controls,
    private readonly projections: ProjectionHost,
  ) {}

  @Mutation()
  requestRemoteDisconnect(@Args('input') input: RequestControlInput, @Context() { claims }: SubgraphContext) {
    return this.request(ControlKind.REMOTE_DISCONNECT, input, claims);
  }

  @Mutation()
  requestRemoteReconnect(@Args('input') input: RequestControlInput, @Context() { claims }: SubgraphContext) {
    return this.request(ControlKind.REMOTE_RECONNECT, input, claims);
  }

  private async request(kind: ControlKind, input: RequestControlInput, claims: Claims) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { usagePointId, reason } = input;
    const serialNumber = await this.meters.at(usagePointId);
    if (!serialNumber)
      orThrow(
        refuse('METER_NOT_INSTALLED', `No meter is known at usage point ${usagePointId}; install one first.`),
      );
    const controlId = idOf(input, claims);
    const at = Date.now();
    const expiresAt = input.expiresAt?.getTime() ?? at + VALID_FOR_MS;
    const { position } = orThrow(
      await this.decisions.execute(
        {
          type: 'request',
          controlId,
          kind,
          usagePointId,
          serialNumber: serialNumber!,
          reason,
          by: claims.subject,
          at,
          expiresAt,
        },
        onBehalfOf(claims),
      ),
    );
    await this.projections.reach(position);
    return (await this.controls.byId([controlId])).get(controlId);
  }
}

/** A repeat by the same person under the same key is the same request. */
function idOf({ idempotencyKey, usagePointId }: RequestControlInput, { subject }: Claims): string {
  if (!idempotencyKey) return `EDC-${randomUUID()}`;
  const digest = createHash('sha256')
    .update(JSON.stringify([subject, usagePointId, idempotencyKey]))
    .digest('hex');
  return `EDC-${digest.slice(0, 32)}`;
}
