import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { isRefusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  decideOn,
  ENVIRONMENT,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { sealMeterKeys } from '../adapters/meter-keys.ts';
import { Meters } from '../adapters/meters.table.ts';
import { meterDecider } from '../domain/meter.decider.ts';
import type { DeviceRegistryEnvironment } from '../environment.ts';
import type { SetMeterKeysInput } from './generated/schema.ts';

@Resolver()
export class SetMeterKeysMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly meters: Meters,
    @Inject(ENVIRONMENT) private readonly environment: DeviceRegistryEnvironment,
  ) {}

  @Mutation()
  async setMeterKeys(
    @Args('input') { serialNumber, keys: clearKeys }: SetMeterKeysInput,
    @Context() { claims }: SubgraphContext,
  ) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const recorded = await this.commands.retrying(async () => {
      const meter = await this.commands.load(meterDecider, streamName('meter', serialNumber));
      const keys = sealMeterKeys(
        serialNumber,
        clearKeys,
        meter.state.keys,
        this.environment.KEY_ENCRYPTION_KEY,
      );
      if (isRefusal(keys)) return keys;
      return this.commands.recordTogether(
        onBehalfOf(claims),
        decideOn(meterDecider, meter, { type: 'set-keys', keys }),
      );
    });
    await this.projections.reach(orThrow(recorded).position);
    return this.meters.get(serialNumber);
  }
}
