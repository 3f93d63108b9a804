import { describe, expect, it } from '@jest/globals';
import { deliveries, deliveriesAt } from './deliveries.ts';
import { Faults, parseFaultRates } from './faults.ts';
import { devicesOf } from './fleet-devices.ts';
import { apportion, networkNames, parseMix, usualMix } from './fleet-mix.ts';
import { planFleet } from './fleet-plan.ts';
import { parseSimulateOptions } from './simulate-options.ts';
import { truthOf } from './truth.ts';

const HOUR = 3_600_000;
const since = Date.UTC(2026, 9, 1);
const wish = { mix: apportion(usualMix, 200), seed: 'seven', since };

describe('a fleet', () => {
  it('is the same for the same wish, with the same truth', () => {
    expect(planFleet(wish)).toEqual(planFleet(wish));
    const truth = () => [...truthOf(devicesOf(planFleet(wish)), since, since + 6 * HOUR)];
    expect(truth()).toEqual(truth());
    expect(truth().length).toBeGreaterThan(200 * 6);
    expect(planFleet({ ...wish, seed: 'eight' })).not.toEqual(planFleet(wish));
  });

  it('has as many devices as asked for, each network by its share', () => {
    const { devices } = planFleet(wish);
    expect(devices).toHaveLength(200);
    for (const network of networkNames)
      expect(devices.filter((each) => each.network === network)).toHaveLength(2 * usualMix[network]!);
  });

  it('has no serial number and no address twice', () => {
    const meters = devicesOf(planFleet(wish)).flatMap((device) => device.meters);
    const names = meters.flatMap(({ serialNumber, addresses = [] }) => [serialNumber, ...addresses]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('uses in a home what its plugs use, and more', () => {
    const devices = devicesOf(planFleet({ ...wish, mix: { sml: 1, tasmota: 1, shelly: 1 } }));
    const [mains, ...plugs] = devices.map(({ meters }) => meters[0]);
    expect(new Set(plugs.map(({ usagePointId }) => usagePointId))).toEqual(new Set([mains!.usagePointId]));
    const used = ({ supply }: typeof mains & object) => supply!.useBetween(since, since + 24 * HOUR);
    expect(used(mains!)).toBeGreaterThan(plugs.reduce((sum, plug) => sum + used(plug), 0));
  });
});

describe('what a device sends', () => {
  const faults = new Faults('seven', parseFaultRates('gap=0.1,duplicate=0.1,late=0.1,replay=0.1'));

  it('arrives once, twice, late or never, as its faults say', () => {
    const all = deliveries(faults, 'M1', 0, 2000);
    for (let number = 0; number < 2000; number++) {
      const fault = faults.ofTransmission('M1', number);
      const turns = all.filter((each) => each.number === number).map(({ turn }) => turn);
      const expected = { gap: 0, duplicate: 2, replay: 2, late: 1 };
      expect(turns).toHaveLength(fault ? expected[fault] : 1);
      if (fault === 'late') expect(turns[0]).toBeGreaterThan(number + 1);
    }
    expect(all.map(({ turn }) => turn)).toEqual(all.map(({ turn }) => turn).sort((a, b) => a - b));
  });

  it('arrives in the same order while time goes by', () => {
    const passing = Array.from({ length: 2100 }, (_, turn) => deliveriesAt(faults, 'M1', 0, turn)).flat();
    expect(passing.filter(({ number }) => number < 2000)).toEqual(deliveries(faults, 'M1', 0, 2000));
  });
});

describe('what is asked of the simulator', () => {
  it('has defaults, and an amount that stands above the mix', () => {
    expect(parseSimulateOptions([])).toMatchObject({ mix: usualMix, days: 3, seed: '1', isLive: false });
    expect(parseSimulateOptions(['--meters', '3', '--mix', 'sml=2,dlms=1'])?.mix).toEqual({
      dlms: 1,
      sml: 2,
    });
  });

  it.each([
    [['--mix', 'plc=4'], /"plc=4" is no share of a mix/],
    [['--mix', 'dlms=1,dlms=2'], /"dlms=2" is no share/],
    [['--mix', 'dlms=0'], /needs a device/],
    [['--meters', 'many'], /--meters many is none/],
    [['--days', '0'], /--days 0 is none/],
    [['--seed', 'a b'], /--seed a b is none/],
    [['--faults', 'gap=2'], /"gap=2" is no fault/],
    [['--colour', 'red'], /Unknown option '--colour'/],
  ])('is refused in one line where it cannot be done: %s', (args, message) => {
    expect(() => parseSimulateOptions(args)).toThrow(message);
  });

  it('takes a mix of nothing but what is named', () => {
    expect(parseMix('mbus=2')).toEqual({ mbus: 2 });
  });
});
