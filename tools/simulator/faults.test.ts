import { describe, expect, it } from '@jest/globals';
import { Faults, noFaults, parseFaultRates } from './faults.ts';

const transmissions = Array.from({ length: 20_000 }, (_, number) => number);

describe('faults on request', () => {
  it('come about as often as was asked, and the same for the same seed', () => {
    const faults = new Faults('seven', parseFaultRates('gap=0.05,late=0.1'));
    const found = transmissions.map((number) => faults.ofTransmission('M1', number));
    const share = (wanted: string) => found.filter((fault) => fault === wanted).length / found.length;
    expect(share('gap')).toBeGreaterThan(0.045);
    expect(share('gap')).toBeLessThan(0.055);
    expect(share('late')).toBeGreaterThan(0.09);
    expect(share('late')).toBeLessThan(0.11);
    expect(share('duplicate')).toBe(0);
    const again = new Faults('seven', parseFaultRates('gap=0.05,late=0.1'));
    expect(transmissions.map((number) => again.ofTransmission('M1', number))).toEqual(found);
    const other = new Faults('eight', parseFaultRates('gap=0.05,late=0.1'));
    expect(transmissions.map((number) => other.ofTransmission('M1', number))).not.toEqual(found);
  });

  it('are none where none were asked for', () => {
    const faults = new Faults('seven', noFaults);
    expect(transmissions.every((number) => faults.ofTransmission('M1', number) === undefined)).toBe(true);
    expect([faults.clockAhead('M1'), faults.resetAt('M1', 0, 1000)]).toEqual([0, undefined]);
  });

  it('of clocks and registers befall some meters', () => {
    const faults = new Faults('seven', parseFaultRates('wrongClock=0.5,reset=0.5'));
    const meters = Array.from({ length: 1000 }, (_, number) => `M${number}`);
    const skewed = meters.map((meter) => faults.clockAhead(meter)).filter((seconds) => seconds !== 0);
    const reset = meters.flatMap((meter) => faults.resetAt(meter, 1000, 2000) ?? []);
    for (const some of [skewed, reset]) {
      expect(some.length).toBeGreaterThan(400);
      expect(some.length).toBeLessThan(600);
    }
    expect(Math.max(...skewed.map(Math.abs))).toBeLessThanOrEqual(1800);
    expect(Math.min(...reset) >= 1000 && Math.max(...reset) < 2000).toBe(true);
  });

  it.each(['gaps=0.1', 'gap=1.5', 'gap', 'gap='])('"%s" is refused', (text) => {
    expect(() => parseFaultRates(text)).toThrow(/is no fault: give shares/);
  });
});
