import type { ServiceKind } from '@metermesh/metering';
import { chance } from './chance.ts';
import { networkNames, type FleetMix, type NetworkName } from './fleet-mix.ts';
import type { MqttDialect } from './networks/device.ts';

/** What a device measures. */
export type DeviceKind = 'electricity' | 'gas' | 'water' | 'heat' | 'plug' | 'room';

/** A device as data: all else about it follows from the seed of its fleet. */
export interface PlannedDevice {
  readonly network: NetworkName;
  readonly kind: DeviceKind;
  readonly serialNumber: string;
  readonly usagePointId: string;
  /** The part of the supply, or the room, that it measures. */
  readonly submeter?: string;
  /** Size of the household, 1 is average. */
  readonly size: number;
  readonly gateway?: string;
  /** The gas meter that a P1 port speaks for as well. */
  readonly gas?: { readonly serialNumber: string; readonly usagePointId: string };
}

export interface PlannedUsagePoint {
  readonly id: string;
  readonly serviceKind: ServiceKind;
  readonly timeZone: string;
}

/** A concentrator; with a dialect it logs in at the MQTT broker. */
export interface PlannedGateway {
  readonly id: string;
  readonly dialect?: MqttDialect;
}

export interface FleetPlan {
  /** Makes keys, addresses, households and weather. */
  readonly seed: string;
  /** When everything was installed, milliseconds since 1970. */
  readonly since: number;
  readonly usagePoints: readonly PlannedUsagePoint[];
  readonly gateways: readonly PlannedGateway[];
  readonly devices: readonly PlannedDevice[];
}

export interface FleetWish {
  readonly mix: FleetMix;
  readonly seed: string;
  /** A full hour. */
  readonly since: number;
}

/** The kinds of devices of a network, one after the other. */
const kinds: Readonly<Record<NetworkName, readonly DeviceKind[]>> = {
  dlms: ['electricity'],
  dcu: ['electricity'],
  mbus: ['gas', 'water', 'heat'],
  wired: ['heat', 'water'],
  lorawan: ['water', 'room', 'room'],
  zigbee: ['plug', 'room', 'electricity'],
  p1: ['electricity'],
  sml: ['electricity'],
  tasmota: ['plug'],
  shelly: ['plug'],
};

const serviceKinds: Readonly<Record<DeviceKind, ServiceKind>> = {
  electricity: 'ELECTRICITY',
  gas: 'GAS',
  water: 'WATER',
  heat: 'HEAT',
  plug: 'ELECTRICITY',
  room: 'ENVIRONMENT',
};

/**
 * A fleet of a mix, the same for the same wish. Homes are where electricity comes in; plugs are sub-meters of homes and
 * sensors are in their rooms, as long as there are homes; all other meters have places of their own.
 */
export function planFleet({ mix, seed, since }: FleetWish): FleetPlan {
  const name = `SIM-${seed}`;
  const numbered = networkNames.flatMap((network) =>
    Array.from({ length: mix[network] ?? 0 }, (_, index) => ({
      network,
      index,
      kind: kinds[network][index % kinds[network].length]!,
    })),
  );
  const homes = numbered.filter(({ kind }) => kind === 'electricity').map(placeOf);
  let housed = 0;
  const devices = numbered.map((each): PlannedDevice => {
    const { network, index, kind } = each;
    const isInside = (kind === 'plug' || kind === 'room') && homes.length > 0;
    const own = placeOf(each);
    return {
      network,
      kind,
      serialNumber: `${name}-${network.toUpperCase()}-${counted(index)}`,
      usagePointId: isInside ? homes[housed++ % homes.length]! : own,
      submeter: kind === 'plug' || isInside ? `${kind}-${network}-${index + 1}` : undefined,
      size: 0.5 + chance(`${seed} size`, Math.imul(index + 1, 31) + networkNames.indexOf(network)),
      gateway: gatewayOf(network, kind, index)?.id,
      // Every other P1 port knows a gas meter.
      gas:
        network === 'p1' && index % 2 === 0
          ? { serialNumber: `${name}-P1-GAS-${counted(index)}`, usagePointId: `${own}-GAS` }
          : undefined,
    };
  });
  return {
    seed,
    since,
    devices,
    gateways: gatewaysOf(numbered.map(({ network, kind, index }) => gatewayOf(network, kind, index))),
    usagePoints: usagePointsOf(devices),
  };

  function placeOf({ network, index }: { network: NetworkName; index: number }): string {
    return `UP-${name}-${network.toUpperCase()}-${counted(index)}`;
  }

  function gatewayOf(network: NetworkName, kind: DeviceKind, index: number): PlannedGateway | undefined {
    if (network === 'dcu') return { id: `${name}-DCU` };
    if (network === 'mbus') return { id: `${name}-MBUS`, dialect: 'FRAMES' };
    if (network === 'zigbee')
      return kind === 'electricity'
        ? { id: `${name}-ZIGBEE`, dialect: 'FRAMES' }
        : { id: `${name}-Z2M`, dialect: 'ZIGBEE2MQTT' };
    if (network === 'lorawan')
      return index % 2 === 0
        ? { id: `${name}-CHIRPSTACK`, dialect: 'CHIRPSTACK' }
        : { id: `${name}-TTS`, dialect: 'THE_THINGS_STACK' };
    // Of P1 ports one sends a stream, the next publishes.
    return network === 'p1' && index % 4 > 1 ? { id: `${name}-P1`, dialect: 'FRAMES' } : undefined;
  }
}

const counted = (index: number) => String(index + 1).padStart(4, '0');

function gatewaysOf(found: readonly (PlannedGateway | undefined)[]): PlannedGateway[] {
  const byId = new Map(found.flatMap((gateway) => (gateway ? [[gateway.id, gateway]] : [])));
  return [...byId.values()];
}

/** One for each place; those of homes are supplied with electricity. P1 ports show Central European time (DSMR P1 5.0, 6.4). */
export function usagePointsOf(devices: readonly PlannedDevice[]): PlannedUsagePoint[] {
  const central = new Set(
    devices.flatMap(({ network, usagePointId, gas }) =>
      network === 'p1' ? [usagePointId, gas?.usagePointId] : [],
    ),
  );
  const byId = new Map<string, ServiceKind>();
  for (const { usagePointId, kind, gas } of devices) {
    if (!byId.has(usagePointId) || kind === 'electricity') byId.set(usagePointId, serviceKinds[kind]);
    if (gas) byId.set(gas.usagePointId, 'GAS');
  }
  return [...byId].map(([id, serviceKind]) => ({
    id,
    serviceKind,
    timeZone: central.has(id) ? 'Europe/Amsterdam' : 'Asia/Seoul',
  }));
}
