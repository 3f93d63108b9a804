import { parseArgs } from 'node:util';
import { noFaults, parseFaultRates, type FaultRates } from './faults.ts';
import { apportion, networkNames, parseMix, usualMix, type FleetMix } from './fleet-mix.ts';

export const usage = `npm run simulate -- [options]
  --meters N       how many devices; left out: as many as the mix says
  --mix SHARES     e.g. dlms=40,mbus=20,lorawan=15; networks are ${networkNames.join(', ')}
  --days N         days of history up to now (3)
  --seed TEXT      letters, digits and -: the same seed, the same fleet (1)
  --faults SHARES  e.g. gap=0.01,late=0.05; also duplicate, replay, reset, wrongClock
  --truth FILE     writes what was used in each interval, one JSON object a line
  --live           goes on sending until Ctrl-C`;

export interface SimulateOptions {
  readonly mix: FleetMix;
  readonly days: number;
  readonly seed: string;
  readonly rates: FaultRates;
  readonly truth?: string;
  readonly isLive: boolean;
}

const MOST_METERS = 9999;
const MOST_DAYS = 400;

/** @throws one line that says what is wrong with them; undefined where only help was asked for */
export function parseSimulateOptions(args: readonly string[]): SimulateOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      meters: text,
      mix: text,
      days: text,
      seed: text,
      faults: text,
      truth: text,
      live: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const mix = values.mix === undefined ? usualMix : parseMix(values.mix);
  const seed = values.seed ?? '1';
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,19}$/.test(seed))
    throw new Error(`--seed ${seed} is none: give 1 to 20 letters, digits or "-".`);
  const sum = Object.values(mix).reduce((total, share) => total + share, 0);
  return {
    mix: apportion(mix, sum === 0 ? 0 : wholeNumber('meters', values.meters ?? String(sum), MOST_METERS)),
    days: wholeNumber('days', values.days ?? '3', MOST_DAYS),
    seed,
    rates: values.faults === undefined ? noFaults : parseFaultRates(values.faults),
    truth: values.truth,
    isLive: values.live ?? false,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw new Error(`--${name} ${text} is none: give a whole number from 1 to ${most}.`);
  return value;
}
