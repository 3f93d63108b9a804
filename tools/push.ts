/**
 * Pushes to the head-end by hand:
 *   npm run -s push -- --serial MMX100001 [--start 2026-11-23T10:00:00+09:00] [--values 500,250]
 *     one encrypted frame of a demo meter; left out: its last whole interval, with 500 in it
 *   npm run -s push < frames.txt
 *     octets as they are, hexadecimal, one wrapper frame a line
 * Prints one JSON object a frame: when it was confirmed, or what was answered. The exit status is 1 if any failed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { fromHex, isDecodeError, toHex } from '@metermesh/protocols';
import { INTERVAL_SECONDS, meterIn, type Neighbourhood } from './demo/neighbourhood.ts';
import { pushValues } from './demo/push-values.ts';
import { exchangeOctets } from './simulator/exchange-octets.ts';
import { readSettings, type Settings } from './start/settings.ts';

const CONFIRM_WITHIN_MS = 5_000;

async function main(): Promise<void> {
  const settings = readSettings();
  const options = parseOptions();
  if (isRefusal(options)) return print(options);
  const { serial, start, values = '500' } = options;
  if (serial) return print(await pushOfDemoMeter(settings, serial, start, values));
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
    if (line.trim()) print(await pushOctets(settings, line));
}

function parseOptions() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ options: { serial: text, start: text, values: text } }).values;
  } catch (error) {
    return refuse('ARGUMENTS_INVALID', (error as Error).message);
  }
}

/** Lets a demo meter say what it is told to, under its own keys. */
async function pushOfDemoMeter(
  settings: Settings,
  serialNumber: string,
  start: string | undefined,
  values: string,
): Promise<object | Refusal> {
  const file = join(settings.data, 'demo-state.json');
  if (!existsSync(file))
    return refuse('DEMO_MISSING', `There is no ${file}: start the mesh with its demo first (npm start).`);
  const { neighbourhood } = JSON.parse(readFileSync(file, 'utf8')) as { neighbourhood: Neighbourhood };
  const place = neighbourhood.places.find((each) => each.serialNumber === serialNumber);
  if (!place) {
    const known = neighbourhood.places.map((each) => each.serialNumber).join(', ');
    return refuse('UNKNOWN_METER', `${serialNumber} is no demo meter; there are ${known}.`);
  }
  const length = INTERVAL_SECONDS * 1000;
  const uses = values.split(',').map(Number);
  const now = Date.now();
  const first = start === undefined ? now - (now % length) - uses.length * length : Date.parse(start);
  if (!Number.isFinite(first) || !uses.every(Number.isInteger))
    return refuse(
      'ARGUMENTS_INVALID',
      '--start is an instant with offset, --values are whole numbers: 500,250.',
    );
  const headEnd = { host: settings.METERMESH_HOST, port: settings.DLMS_PORT };
  try {
    const begin = performance.now();
    await pushValues(headEnd, meterIn(neighbourhood, place), first, uses);
    return {
      serialNumber,
      usagePointId: place.usagePointId,
      channel: place.readingType,
      start: new Date(first).toISOString(),
      values: uses,
      confirmedAfterMs: Math.round(performance.now() - begin),
    };
  } catch (error) {
    return refuse(
      'NOT_CONFIRMED',
      `${(error as Error).message} What the head-end refuses it keeps in quarantine: ask the graph for quarantine.`,
    );
  }
}

async function pushOctets(settings: Settings, line: string): Promise<object | Refusal> {
  const octets = fromHex(line);
  if (isDecodeError(octets)) return refuse(octets.code, octets.message);
  const { METERMESH_HOST: host, DLMS_PORT: port } = settings;
  try {
    const answer = await exchangeOctets({ host, port }, octets, CONFIRM_WITHIN_MS);
    return { sent: octets.length, answer: answer.length > 0 ? toHex(answer) : null };
  } catch (error) {
    return refuse('HEAD_END_UNREACHABLE', `${(error as Error).message}: start the mesh first (npm start).`);
  }
}

function print(result: object | Refusal): void {
  if (isRefusal(result)) {
    process.exitCode = 1;
    console.log(JSON.stringify({ error: { code: result.code, message: result.message } }));
  } else {
    console.log(JSON.stringify(result));
  }
}

await main();
