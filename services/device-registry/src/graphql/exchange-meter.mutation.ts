import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { MeterInstalledSchema, MeterRemovedSchema } from '@metermesh/contracts';
import { refuse } from '@metermesh/decider';
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
import { channelsOf, isOpen, type Installations } from '../domain/installation.ts';
import { meterDecider, meterNotFound } from '../domain/meter.decider.ts';
import { registerValues } from '../domain/register-value.ts';
import { usagePointDecider } from '../domain/usage-point.decider.ts';
import type { ExchangeMeterInput } from './generated/schema.ts';

@Resolver()
export class ExchangeMeterMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly usagePoints: UsagePoints,
  ) {}

  /** The usage point and both meters decide, and all three streams are appended in one go or not at all. */
  @Mutation()
  async exchangeMeter(@Args('input') input: ExchangeMeterInput, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { usagePointId, oldSerialNumber, newSerialNumber } = input;
    if (oldSerialNumber === newSerialNumber) {
      orThrow(refuse('EXCHANGE_OF_ONE_METER', `Meter ${oldSerialNumber} cannot be exchanged for itself.`));
    }
    const exchangedAt = timestampFromDate(input.exchangedAt);
    const removed = create(MeterRemovedSchema, {
      serialNumber: oldSerialNumber,
      usagePointId,
      removedAt: exchangedAt,
      registerReads: orThrow(registerValues(input.removeRegisterReads ?? [])),
    });
    const registerReads = orThrow(registerValues(input.installRegisterReads ?? []));
    const recorded = await this.commands.retrying(async () => {
      const usagePoint = await this.commands.load(usagePointDecider, streamName('usage-point', usagePointId));
      const oldMeter = await this.commands.load(meterDecider, streamName('meter', oldSerialNumber));
      const newMeter = await this.commands.load(meterDecider, streamName('meter', newSerialNumber));
      const registered = newMeter.state.registered;
      if (!registered) return meterNotFound(newSerialNumber);
      const submeter = presentSubmeter(oldMeter.state.installations);
      const installed = create(MeterInstalledSchema, {
        serialNumber: newSerialNumber,
        usagePointId,
        installedAt: exchangedAt,
        registerReads,
        readingTypes: channelsOf(registered, submeter),
        submeter,
      });
      const now = Date.now();
      return this.commands.recordTogether(
        onBehalfOf(claims),
        decideOn(meterDecider, oldMeter, { type: 'remove', removed }),
        decideOn(usagePointDecider, usagePoint, {
          type: 'exchange',
          departure: { removed, now },
          arrival: { installed, meterServiceKind: registered.serviceKind, now },
        }),
        decideOn(meterDecider, newMeter, { type: 'install', installed }),
      );
    });
    await this.projections.reach(orThrow(recorded).position);
    return this.usagePoints.get(usagePointId);
  }
}

/** The new meter takes the old one's place as the same sub-meter. */
const presentSubmeter = (installations: Installations): string =>
  installations.find(isOpen)?.installed.submeter ?? '';
