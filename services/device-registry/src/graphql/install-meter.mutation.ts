import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { MeterInstalledSchema } from '@metermesh/contracts';
import { streamName } from '@metermesh/event-store';
import {
  Commands,
  decideOn,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { UsagePoints } from '../adapters/usage-points.table.ts';
import { channelsOf } from '../domain/installation.ts';
import { meterDecider, meterNotFound } from '../domain/meter.decider.ts';
import { registerValues } from '../domain/register-value.ts';
import { usagePointDecider } from '../domain/usage-point.decider.ts';
import type { InstallMeterInput } from './generated/schema.ts';

@Resolver()
export class InstallMeterMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly usagePoints: UsagePoints,
  ) {}

  @Mutation()
  async installMeter(@Args('input') input: InstallMeterInput, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { serialNumber, usagePointId, installedAt } = input;
    const submeter = input.submeter ?? '';
    const registers = orThrow(registerValues(input.registerReads ?? []));
    const recorded = await this.commands.retrying(async () => {
      const usagePoint = await this.commands.load(usagePointDecider, streamName('usage-point', usagePointId));
      const meter = await this.commands.load(meterDecider, streamName('meter', serialNumber));
      const registered = meter.state.registered;
      if (!registered) return meterNotFound(serialNumber);
      const installed = create(MeterInstalledSchema, {
        serialNumber,
        usagePointId,
        installedAt: timestampFromDate(installedAt),
        registerReads: registers,
        readingTypes: channelsOf(registered, submeter),
        submeter,
      });
      const arrival = { installed, meterServiceKind: registered.serviceKind, now: Date.now() };
      return this.commands.recordTogether(
        onBehalfOf(claims),
        decideOn(usagePointDecider, usagePoint, { type: 'install', ...arrival }),
        decideOn(meterDecider, meter, { type: 'install', installed }),
      );
    });
    await this.projections.reach(orThrow(recorded).position);
    return this.usagePoints.get(usagePointId);
  }
}
