import { usagePointsOf, type FleetPlan, type PlannedDevice } from '../simulator/fleet-plan.ts';
import { devicesOf } from '../simulator/fleet-devices.ts';
import type { SimulatedDevice } from '../simulator/networks/device.ts';

const MAINS = 'UP-E-01';

/** What the neighbourhood has besides its DLMS meters, so that every network has its devices. */
const devices: readonly PlannedDevice[] = [
  { network: 'mbus', kind: 'gas', serialNumber: 'MMX200001', usagePointId: 'UP-G-01', gateway: 'RADIO-01' },
  {
    network: 'lorawan',
    kind: 'water',
    serialNumber: 'MMX300001',
    usagePointId: 'UP-W-01',
    gateway: 'CHIRPSTACK-01',
  },
  { network: 'mbus', kind: 'heat', serialNumber: 'MMX400001', usagePointId: 'UP-H-01', gateway: 'RADIO-01' },
  { network: 'wired', kind: 'water', serialNumber: 'MMX300002', usagePointId: 'UP-W-02' },
  // The smart home, which is the demo customer's.
  {
    network: 'zigbee',
    kind: 'plug',
    serialNumber: 'MMX500001',
    usagePointId: MAINS,
    submeter: 'refrigerator',
    gateway: 'Z2M-01',
  },
  { network: 'tasmota', kind: 'plug', serialNumber: 'MMX500002', usagePointId: MAINS, submeter: 'freezer' },
  {
    network: 'lorawan',
    kind: 'room',
    serialNumber: 'MMX600001',
    usagePointId: MAINS,
    submeter: 'living-room',
    gateway: 'TTS-01',
  },
  {
    network: 'zigbee',
    kind: 'room',
    serialNumber: 'MMX600002',
    usagePointId: MAINS,
    submeter: 'cellar',
    gateway: 'Z2M-01',
  },
  {
    network: 'p1',
    kind: 'electricity',
    serialNumber: 'MMX100009',
    usagePointId: 'UP-E-09',
    gas: { serialNumber: 'MMX200002', usagePointId: 'UP-G-02' },
  },
  { network: 'sml', kind: 'electricity', serialNumber: 'MMX100010', usagePointId: 'UP-E-10' },
  {
    network: 'shelly',
    kind: 'plug',
    serialNumber: 'MMX500003',
    usagePointId: 'UP-E-10',
    submeter: 'aquarium',
  },
  {
    network: 'dcu',
    kind: 'electricity',
    serialNumber: 'MMX100011',
    usagePointId: 'UP-E-11',
    gateway: 'DCU-01',
  },
  {
    network: 'dcu',
    kind: 'electricity',
    serialNumber: 'MMX100012',
    usagePointId: 'UP-E-12',
    gateway: 'DCU-01',
  },
].map((device) => ({ size: 1, ...device }) as PlannedDevice);

export interface NetworkDevices {
  readonly plan: FleetPlan;
  readonly devices: readonly SimulatedDevice[];
}

/** @param seed makes the devices' keys: a secret @param since when they were installed, milliseconds */
export function networkDevices(seed: string, since: number): NetworkDevices {
  const plan: FleetPlan = {
    seed,
    since,
    devices,
    usagePoints: usagePointsOf(devices).filter(({ id }) => id !== MAINS),
    gateways: [
      { id: 'DCU-01' },
      { id: 'RADIO-01', dialect: 'FRAMES' },
      { id: 'CHIRPSTACK-01', dialect: 'CHIRPSTACK' },
      { id: 'TTS-01', dialect: 'THE_THINGS_STACK' },
      { id: 'Z2M-01', dialect: 'ZIGBEE2MQTT' },
    ],
  };
  return { plan, devices: devicesOf(plan) };
}

/** What of them a newcomer may ask for. */
export const networkObjects = {
  gasUsagePointId: 'UP-G-01',
  waterUsagePointId: 'UP-W-01',
  heatUsagePointId: 'UP-H-01',
  submeteredUsagePointId: MAINS,
  submeterChannel: 'active-energy-import:refrigerator',
  sensorUsagePointId: MAINS,
  sensorSerialNumber: 'MMX600001',
  sensorChannel: 'temperature:living-room',
  p1UsagePointId: 'UP-E-09',
  smlUsagePointId: 'UP-E-10',
  concentratorUsagePointId: 'UP-E-11',
  concentratorId: 'DCU-01',
};
