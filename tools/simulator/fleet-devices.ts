import { chance } from './chance.ts';
import { Faults, noFaults } from './faults.ts';
import type { DeviceKind, FleetPlan, PlannedDevice } from './fleet-plan.ts';
import type { NetworkName } from './fleet-mix.ts';
import {
  householdElectricity,
  householdGas,
  householdHeat,
  householdWater,
  refrigerator,
  type LoadShape,
} from './household-load.ts';
import { MeteredSupply } from './metered-supply.ts';
import type { Supplied } from './networks/channels.ts';
import type { DeviceSettings, SimulatedDevice } from './networks/device.ts';
import { dlmsDevice } from './networks/dlms.ts';
import { chirpstack, lorawanSensor, lorawanWaterMeter, theThingsStack } from './networks/lorawan.ts';
import { wiredMbusDevice, wirelessMbusDevice } from './networks/mbus.ts';
import { p1Device } from './networks/p1.ts';
import { smlDevice } from './networks/sml.ts';
import { wifiPlug } from './networks/wifi.ts';
import { zigbeeMeter, zigbeePlug, zigbeeSensor } from './networks/zigbee.ts';
import { Room } from './room.ts';
import { seoul } from './weather.ts';

const QUARTER = 900;
const HOUR = 3600;
const DAY = 86_400;
const SURROUNDINGS = { climate: seoul, utcOffsetSeconds: 9 * HOUR };

const shapes: Readonly<Record<Exclude<DeviceKind, 'room'>, (size: number) => LoadShape>> = {
  electricity: householdElectricity,
  gas: householdGas,
  water: householdWater,
  heat: householdHeat,
  plug: refrigerator,
};
const readingTypes: Readonly<Record<Exclude<DeviceKind, 'room'>, string>> = {
  electricity: 'active-energy-import',
  gas: 'gas-volume',
  water: 'water-volume',
  heat: 'heat-energy',
  plug: 'active-energy-import',
};

/** How often devices send, and whether they do so on the clock: those without one send when they do. */
const habits: Readonly<Record<NetworkName, { everySeconds: number; isOnTheClock: boolean }>> = {
  dlms: { everySeconds: 4 * HOUR, isOnTheClock: true },
  dcu: { everySeconds: 4 * HOUR, isOnTheClock: true },
  mbus: { everySeconds: HOUR, isOnTheClock: true },
  wired: { everySeconds: HOUR, isOnTheClock: true },
  lorawan: { everySeconds: HOUR, isOnTheClock: false },
  zigbee: { everySeconds: QUARTER, isOnTheClock: false },
  p1: { everySeconds: QUARTER, isOnTheClock: true },
  sml: { everySeconds: QUARTER, isOnTheClock: true },
  tasmota: { everySeconds: QUARTER, isOnTheClock: false },
  shelly: { everySeconds: QUARTER, isOnTheClock: false },
};

/**
 * The devices of a plan, with the truth behind each. What plugs use is part of what the mains of their home use.
 *
 * @param until when the plan's history ends: resets of registers happen before
 */
export function devicesOf(
  plan: FleetPlan,
  faults: Faults = new Faults(plan.seed, noFaults),
  until: number = plan.since + DAY * 1000,
): SimulatedDevice[] {
  const isPlug = ({ kind }: PlannedDevice) => kind === 'plug';
  const plugs = new Map(plan.devices.filter(isPlug).map((plug) => [plug, supplyOf(plug)]));
  const counts = new Map<NetworkName, number>();
  return plan.devices.map((planned) => {
    const number = counts.get(planned.network) ?? 0;
    counts.set(planned.network, number + 1);
    return deviceOf(planned, number);
  });

  function supplyOf({ kind, serialNumber, size, usagePointId }: PlannedDevice): Supplied {
    const parts =
      kind === 'electricity'
        ? [...plugs].filter(([plug]) => plug.usagePointId === usagePointId).map(([, { supply }]) => supply)
        : [];
    const counted = kind as Exclude<DeviceKind, 'room'>;
    const supply = new MeteredSupply({
      seed: `${plan.seed} ${serialNumber}`,
      shape: shapes[counted](size),
      surroundings: SURROUNDINGS,
      intervalSeconds: kind === 'electricity' || kind === 'plug' ? QUARTER : HOUR,
      installedAt: plan.since,
      initialRegister: Math.floor(chance(`${plan.seed} ${serialNumber} register`, 0) * 20_000_000),
      resetAt: faults.resetAt(serialNumber, plan.since, until),
      parts,
    });
    return { readingType: readingTypes[counted], supply };
  }

  function deviceOf(planned: PlannedDevice, number: number): SimulatedDevice {
    const { network, kind, serialNumber, usagePointId, submeter, gateway, gas } = planned;
    const { everySeconds, isOnTheClock } = habits[network];
    const settings: DeviceSettings = {
      serialNumber,
      usagePointId,
      submeter,
      seed: `${plan.seed} ${network}`,
      number,
      gateway,
      everySeconds,
      phaseSeconds: isOnTheClock
        ? 0
        : Math.floor(chance(`${plan.seed} ${serialNumber} phase`, 0) * everySeconds),
      clockAhead: faults.clockAhead(serialNumber) * 1000,
    };
    if (kind === 'room') {
      const room = new Room({
        seed: `${plan.seed} ${serialNumber}`,
        surroundings: SURROUNDINGS,
        intervalSeconds: everySeconds,
      });
      return network === 'lorawan'
        ? lorawanSensor(settings, serverOf(plan, gateway), room)
        : zigbeeSensor(settings, room);
    }
    const supplied = plugs.get(planned) ?? supplyOf(planned);
    switch (network) {
      case 'dlms':
      case 'dcu':
        return dlmsDevice(settings, supplied);
      case 'mbus':
        return wirelessMbusDevice(settings, supplied);
      case 'wired':
        return wiredMbusDevice(settings, supplied);
      case 'lorawan':
        return lorawanWaterMeter(settings, serverOf(plan, gateway), supplied);
      case 'zigbee':
        return kind === 'plug' ? zigbeePlug(settings, supplied) : zigbeeMeter(settings, supplied);
      case 'p1':
        return p1Device(
          settings,
          supplied,
          gas && { ...gas, supplied: supplyOf({ ...planned, ...gas, kind: 'gas' }) },
        );
      case 'sml':
        return smlDevice(settings, supplied);
      case 'tasmota':
        return wifiPlug('TASMOTA', settings, supplied);
      case 'shelly':
        return wifiPlug('SHELLY', settings, supplied);
    }
  }
}

function serverOf({ gateways }: FleetPlan, gateway: string | undefined) {
  return gateways.find(({ id }) => id === gateway)?.dialect === 'THE_THINGS_STACK'
    ? theThingsStack
    : chirpstack;
}
