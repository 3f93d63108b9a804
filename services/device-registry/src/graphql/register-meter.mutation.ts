import { create } from '@bufbuild/protobuf';
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import {
  DeviceAddressReservedSchema,
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
import { deviceAddressDecider, systemTitleDecider } from '../domain/reservation.decider.ts';
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

  /** The meter, and its system title and addresses in streams of their own, each of which only one meter can begin. */
  private async register(
    meter: MeterRegistered,
    clearKeys: ClearMeterKeys | null | undefined,
    context: CommandContext,
  ) {
    const { serialNumber, systemTitle, addresses } = meter;
    const loaded = await this.commands.load(meterDecider, streamName('meter', serialNumber));
    const keys = clearKeys
      ? sealMeterKeys(serialNumber, clearKeys, loaded.state.keys, this.environment.KEY_ENCRYPTION_KEY)
      : undefined;
    if (isRefusal(keys)) return keys;
    const registration = decideOn(meterDecider, loaded, { type: 'register', meter, keys });
    if (isRefusal(registration)) return registration;
    const reservations = [
      ...(systemTitle.length > 0 ? [this.reserveTitle(systemTitle, serialNumber)] : []),
      ...addresses.map((address) => this.reserveAddress(address, serialNumber)),
    ];
    return this.commands.recordTogether(context, registration, ...(await Promise.all(reservations)));
  }

  private async reserveTitle(systemTitle: Uint8Array, serialNumber: string) {
    const stream = streamName('system-title', Buffer.from(systemTitle).toString('hex'));
    const loaded = await this.commands.load(systemTitleDecider, stream);
    return decideOn(
      systemTitleDecider,
      loaded,
      create(SystemTitleReservedSchema, { systemTitle, serialNumber }),
    );
  }

  private async reserveAddress(address: string, serialNumber: string) {
    const loaded = await this.commands.load(deviceAddressDecider, streamName('device-address', address));
    return decideOn(
      deviceAddressDecider,
      loaded,
      create(DeviceAddressReservedSchema, { address, serialNumber }),
    );
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
    addresses: [...(input.addresses ?? [])],
    payloadCodec: input.payloadCodec ?? '',
    channels: input.channels.map((channel) => ({
      readingType: channel.readingType,
      obis: channel.obis ?? readingType(channel.readingType)?.intervalObis ?? '',
      intervalSeconds: channel.intervalSeconds ?? 900,
    })),
  });
}
