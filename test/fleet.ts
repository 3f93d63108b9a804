import { beforeAll, describe, expect, it } from '@jest/globals';
import { readingType } from '@metermesh/metering';
import type { Query } from '../tools/demo/graphql-client.ts';
import { headEndAddresses } from '../tools/demo/head-end-addresses.ts';
import { eventually } from '../tools/demo/eventually.ts';
import { Carriers } from '../tools/simulator/carriers/carriers.ts';
import { Faults, parseFaultRates } from '../tools/simulator/faults.ts';
import { devicesOf } from '../tools/simulator/fleet-devices.ts';
import { planFleet, type PlannedDevice } from '../tools/simulator/fleet-plan.ts';
import { sendHistory, type FleetRun } from '../tools/simulator/fleet-run.ts';
import type { DeviceMeter, SimulatedDevice } from '../tools/simulator/networks/device.ts';
import { registerFleet } from '../tools/simulator/register-fleet.ts';
import {
  intervalFaults,
  oddTimeFaults,
  registerFaults,
  sampleFaults,
  toldChannels,
  type Found,
  type ToldChannel,
} from './fleet-expectations.ts';
import type { RunningMesh } from './running-mesh.ts';

const HOUR = 3_600_000;
const HISTORY = 32 * HOUR;
const PATIENCE = 20_000;
const mix = {
  dlms: 3,
  dcu: 3,
  mbus: 3,
  wired: 2,
  lorawan: 4,
  zigbee: 3,
  p1: 3,
  sml: 2,
  tasmota: 1,
  shelly: 1,
};
const rates = parseFaultRates('gap=0.05,duplicate=0.05,late=0.05,replay=0.05,reset=0.15,wrongClock=0.15');

/** What a fleet told over all networks, with all that can go wrong on the way, set against the truth. */
export function describeFleet(mesh: () => RunningMesh): void {
  describe('a fleet on all networks', () => {
    const now = Date.now();
    const until = now - (now % HOUR);
    const since = until - HISTORY;
    const faults = new Faults('fleet', rates);
    const plan = planFleet({ mix, seed: 'fleet', since });
    const devices = devicesOf(plan, faults, until);
    const isWrong = ({ meters }: SimulatedDevice) => faults.clockAhead(meters[0].serialNumber) !== 0;
    const tellsTime = (device: SimulatedDevice) =>
      TELL_TIME.includes(plan.devices[devices.indexOf(device)]!.network);
    const told = toldChannels(devices, faults, since, until).filter(({ device }) => !isWrong(device));
    /** Channels of the devices that are so planned, each behind its name. */
    const of = (isWanted: (planned: PlannedDevice) => boolean) =>
      told
        .filter(({ device }) => isWanted(plan.devices[devices.indexOf(device)]!))
        .map((each) => [`${each.meter.serialNumber} ${each.code}`, each] as const);

    let operator: Query;
    let run: FleetRun;

    beforeAll(async () => {
      operator = await mesh().as('operator', 'an-operator');
      const passwords = await registerFleet(operator, plan, devices);
      const carrier = new Carriers(headEndAddresses(mesh().mesh), passwords);
      run = { devices, faults, carrier, since, tally: new Map() };
      await sendHistory(run, until);
      await sendPresent(run, devices.filter(tellsTime));
      await carrier.close();
    }, 90_000);

    /** What came out of order under a counter waits for an operator, who knows that it is genuine. */
    const replayWhatIsLate = async () => {
      const { quarantine } = await operator<{ quarantine: { nodes: Quarantined[] } }>(
        `{ quarantine(first: 200) { nodes { id code status } } }`,
      );
      const ids = quarantine.nodes
        .filter(({ code, status }) => status === 'WAITING' && LATE_OR_HURRIED.includes(code))
        .map(({ id }) => id);
      if (ids.length > 0)
        await operator(`mutation ($ids: [ID!]!) { replayQuarantinedFrames(ids: $ids) { error } }`, { ids });
    };

    const findsNothingWrong = (each: ToldChannel, faultsIn: (found: readonly Found[]) => Iterable<string>) =>
      eventually(
        `what ${each.meter.serialNumber} told`,
        async () => {
          await replayWhatIsLate();
          expect([...faultsIn(await profileOf(operator, each, since, until))]).toEqual([]);
        },
        PATIENCE,
      );

    it.each(of(({ network }) => network === 'dlms' || network === 'dcu'))(
      'is known in each interval that %s told, and estimated where that never came',
      (_, each) => findsNothingWrong(each, (found) => intervalFaults(each, found)),
    );

    it.each(of(({ kind }) => kind === 'room'))('is known wherever %s sampled a state', (_, each) =>
      findsNothingWrong(each, (found) => sampleFaults(each, found)),
    );

    it.each(of(({ network }) => ['mbus', 'wired', 'p1', 'sml'].includes(network)))(
      'adds up to what the register of %s counted between its reads',
      (_, each) => findsNothingWrong(each, (found) => registerFaults(each, found)),
    );

    it.each(
      of(
        ({ network, kind }) =>
          ['lorawan', 'zigbee', 'tasmota', 'shelly'].includes(network) && kind !== 'room',
      ),
    )('never leaves what the registers of %s say, that come at odd times', (_, each) =>
      findsNothingWrong(each, (found) => oddTimeFaults(each, found)),
    );

    it('counts each read of a register once, with its exact value', async () => {
      for (const { meter, toldAt, channel } of told.filter(
        (each) => each.meter.supply && !each.meter.systemTitle,
      )) {
        const type = readingType(channel.readingType)!;
        const reads = await registerReadsOf(operator, meter);
        const instants = reads.map(({ readAt }) => readAt).filter((each) => each > since);
        expect(instants).toEqual([...new Set(instants)]);
        for (const at of toldAt.filter((each) => each > since)) {
          const read = reads.find(({ readAt }) => readAt === Math.floor(at / 1000) * 1000);
          expect({ meter: meter.serialNumber, at, read: read !== undefined }).toMatchObject({ read: true });
          const register = read!.registers.find(({ obis }) => obis === type.registerObis);
          const factor = register?.unit === type.displayUnit.symbol ? type.displayUnit.size : 1;
          if (register) expect(Math.round(Number(register.value) * factor)).toBe(meter.supply!.register(at));
        }
      }
    });

    it('shows whose clocks are wrong', async () => {
      const { clockDeviations } = await operator<{
        clockDeviations: { meter: { serialNumber: string }; clock: { skewSeconds: number } }[];
      }>(
        `{ clockDeviations(beyondSeconds: 60, first: 200) { meter { serialNumber } clock { skewSeconds } } }`,
      );
      const found = clockDeviations.filter(({ meter }) => meter.serialNumber.startsWith('SIM-fleet'));
      const expected = devices.filter((device) => tellsTime(device) && isWrong(device));
      expect(expected.length).toBeGreaterThan(0);
      expect(found.map(({ meter }) => meter.serialNumber).sort()).toEqual(
        expected.map(({ meters }) => meters[0].serialNumber).sort(),
      );
      for (const { meter, clock } of found)
        expect(Math.abs(clock.skewSeconds - faults.clockAhead(meter.serialNumber))).toBeLessThan(30);
    });
  });
}

interface Quarantined {
  id: string;
  code: string;
  status: string;
}

/** The second where this machine had no time for a payload codec. */
const LATE_OR_HURRIED = ['INVOCATION_COUNTER_REPLAYED', 'PAYLOAD_CODEC_TIMEOUT'];

/** Networks on which a device itself tells the head-end the time of its own clock. */
const TELL_TIME: readonly string[] = ['dlms', 'dcu', 'p1', 'sml', 'tasmota', 'shelly'];

/** What meters with a clock send now, by which it shows how right that is. */
async function sendPresent({ carrier }: FleetRun, devices: readonly SimulatedDevice[]): Promise<void> {
  const now = Date.now();
  await Promise.all(devices.map((device) => carrier.send(device.tell(now, now))));
}

async function profileOf(
  query: Query,
  { usagePointId, code, channel }: ToldChannel,
  from: number,
  to: number,
): Promise<Found[]> {
  const resolution = channel.intervalSeconds === 900 ? 'PT15M' : 'PT1H';
  const { usagePoint } = await query<{
    usagePoint: { loadProfile: { intervals: { start: string; value: string | null; quality: string }[] } };
  }>(
    `query ($id: ID!, $channel: String!, $from: DateTime!, $to: DateTime!, $resolution: Resolution!) {
      usagePoint(id: $id) { loadProfile(channel: $channel, from: $from, to: $to, resolution: $resolution) {
        intervals { start value quality }
      } }
    }`,
    {
      id: usagePointId,
      channel: code,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      resolution,
    },
  );
  return usagePoint.loadProfile.intervals.map(({ start, value, quality }) => ({
    start: Date.parse(start),
    value: value === null ? null : Number(value),
    quality,
  }));
}

async function registerReadsOf(query: Query, { usagePointId, serialNumber }: DeviceMeter) {
  const { usagePoint } = await query<{
    usagePoint: {
      registerReads: {
        readAt: string;
        meter: { serialNumber: string };
        registers: { obis: string; value: string; unit: string }[];
      }[];
    };
  }>(
    `query ($id: ID!) { usagePoint(id: $id) {
      registerReads(last: 500) { readAt meter { serialNumber } registers { obis value unit } }
    } }`,
    { id: usagePointId },
  );
  return usagePoint.registerReads
    .filter(({ meter }) => meter.serialNumber === serialNumber)
    .map(({ readAt, registers }) => ({ readAt: Date.parse(readAt), registers }));
}
