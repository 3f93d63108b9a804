import { create } from '@bufbuild/protobuf';
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  MeterRegisteredSchema,
  SERVICE_KINDS,
  SystemTitleReservedSchema,
  type MeterRegistered,
} from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import { readingType } from '@metermesh/metering';
import {
  Commands,
  decideOn,
  ENVIRONMENT,
  onBehalfOf,
  orThrow,
  ProjectionHost,
  requireRole,
  type CommandContext,
  type SubgraphContext,
} from '@metermesh/service-kit';
import { sealMeterKeys, type ClearMeterKeys } from '../adapters/meter-keys.ts';
import { Meters } from '../adapters/meters.table.ts';
import { meterDecider } from '../domain/meter.decider.ts';
import { systemTitleDecider } from '../domain/system-title.decider.ts';
import type { DeviceRegistryEnvironment } from '../environment.ts';
import type { RegisterMeterInput } from './generated/schema.ts';

@Resolver()
export class RegisterMeterMutation {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly meters: Meters,
    @Inject(ENVIRONMENT) private readonly environment: DeviceRegistryEnvironment,
  ) {}

  @Mutation()
  async registerMeter(@Args('input') input: RegisterMeterInput, @Context() { claims }: SubgraphContext) {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const meter = orThrow(meterOf(input));
    const recorded = await this.commands.retrying(() => this.register(meter, input.keys, onBehalfOf(claims)));
    await this.projections.reach(orThrow(recorded).position);
    return this.meters.get(meter.serialNumber);
  }

  /** The meter, and its system title in a stream of its own, which only one meter can begin. */
  private async register(
    meter: MeterRegistered,
    clearKeys: ClearMeterKeys | null | undefined,
    context: CommandContext,
  ) {
    const { serialNumber, systemTitle } = meter;
    const loaded = await this.commands.load(meterDecider, streamName('meter', serialNumber));
    const keys = clearKeys
      ? sealMeterKeys(serialNumber, clearKeys, loaded.state.keys, this.environment.KEY_ENCRYPTION_KEY)
      : undefined;
    if (isRefusal(keys)) return keys;
    const registration = decideOn(meterDecider, loaded, { type: 'register', meter, keys });
    if (systemTitle.length === 0) return this.commands.recordTogether(context, registration);
    const title = streamName('system-title', Buffer.from(systemTitle).toString('hex'));
    const reservation = decideOn(
      systemTitleDecider,
      await this.commands.load(systemTitleDecider, title),
      create(SystemTitleReservedSchema, { systemTitle, serialNumber }),
    );
    return this.commands.recordTogether(context, registration, reservation);
  }
}

function meterOf(input: RegisterMeterInput): MeterRegistered | Refusal {
  const systemTitle = input.systemTitle ?? '';
  if (!/^([0-9a-fA-F]{2})*$/.test(systemTitle)) {
    return refuse(
      'SYSTEM_TITLE_INVALID',
      `A system title is 16 hexadecimal digits, not ${JSON.stringify(systemTitle)}.`,
    );
  }
  return create(MeterRegisteredSchema, {
    serialNumber: input.serialNumber,
    manufacturer: input.manufacturer,
    serviceKind: SERVICE_KINDS[input.serviceKind],
    systemTitle: Buffer.from(systemTitle, 'hex'),
    multiplier: input.multiplier ?? '1',
    dialDigits: input.dialDigits ?? 8,
    networkAddress: input.networkAddress ?? '',
    channels: input.channels.map((channel) => ({
      readingType: channel.readingType,
      obis: channel.obis ?? readingType(channel.readingType)?.intervalObis ?? '',
      intervalSeconds: channel.intervalSeconds ?? 900,
    })),
  });
}
