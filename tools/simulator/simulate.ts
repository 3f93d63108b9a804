/**
 * Lets a fleet of devices on all networks speak to a mesh that runs (npm start), and knows the truth behind what they say:
 *   npm run simulate -- --meters 100 --mix dlms=40,mbus=20,lorawan=15 --days 3 --seed 7 --faults gap=0.01 --truth truth.ndjson
 * It finds the mesh in the data directory's demo.json, as npm start wrote it.
 */
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { graphqlClient } from '../demo/graphql-client.ts';
import { readSettings } from '../start/settings.ts';
import { Carriers, type HeadEndAddresses } from './carriers/carriers.ts';
import { Faults } from './faults.ts';
import { devicesOf } from './fleet-devices.ts';
import { planFleet } from './fleet-plan.ts';
import { sendHistory, sendLive, type FleetRun, type Tally } from './fleet-run.ts';
import { registerFleet } from './register-fleet.ts';
import { parseSimulateOptions, usage, type SimulateOptions } from './simulate-options.ts';
import { truthOf } from './truth.ts';
import type { SimulatedDevice } from './networks/device.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Korea's clock, by which days begin. */
const UTC_OFFSET_MS = 9 * HOUR_MS;

async function main(): Promise<void> {
  const options = parseSimulateOptions(process.argv.slice(2));
  if (!options) return console.log(usage);
  const mesh = runningMesh();
  const now = Date.now();
  const today = now - ((now + UTC_OFFSET_MS) % DAY_MS);
  const since = today - (options.days - 1) * DAY_MS;
  const until = now - (now % HOUR_MS);
  const plan = planFleet({ mix: options.mix, seed: options.seed, since });
  const faults = new Faults(options.seed, options.rates);
  const devices = devicesOf(plan, faults, until);
  const report = (step: string) => console.error(step);

  report(`registering ${devices.length} devices on ${plan.usagePoints.length} usage points`);
  const passwords = await registerFleet(graphqlClient(mesh.endpoint, mesh.operator), plan, devices);
  const run: FleetRun = {
    devices,
    faults,
    since,
    carrier: new Carriers(mesh.headEnd, passwords),
    tally: new Map(),
  };
  report(`sending what happened since ${new Date(since).toISOString()}`);
  const begun = performance.now();
  await sendHistory(run, until);
  const seconds = (performance.now() - begun) / 1000;
  if (options.truth !== undefined) await writeTruth(options.truth, devices, since, until);
  console.log(JSON.stringify(summaryOf(options, devices, run.tally, seconds)));
  if (options.isLive) {
    report('sending as time goes by, until Ctrl-C');
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    process.once('SIGTERM', () => stopping.abort());
    await sendLive(run, until, stopping.signal);
  }
  await run.carrier.close();
}

interface DemoFile {
  endpoint: string;
  tokens: { operator?: string };
  headEnd: { dlms: string; frames: string; uploadToken: string; mqtt?: string } & Record<string, string>;
}

/** @throws where no mesh has been started from this data directory, or it cannot be used from here */
function runningMesh(): { endpoint: string; operator: string; headEnd: HeadEndAddresses } {
  const file = join(readSettings().data, 'demo.json');
  if (!existsSync(file)) throw new Error(`There is no ${file}: start the mesh first (npm start).`);
  const { endpoint, tokens, headEnd } = JSON.parse(readFileSync(file, 'utf8')) as DemoFile;
  if (!tokens.operator)
    throw new Error(`${file} has no operator's token: start the mesh with its own issuer.`);
  if (!headEnd.mqtt)
    throw new Error(`${file} names no MQTT broker: start the mesh with its own NATS server.`);
  const portOf = (address: string) => Number(address.split(':').at(-1));
  return {
    endpoint,
    operator: tokens.operator,
    headEnd: {
      host: headEnd.dlms.replace(/:\d+$/, ''),
      dlmsPort: portOf(headEnd.dlms),
      streamPorts: Object.fromEntries(
        ['dsmr', 'sml', 'mbus'].map((protocol) => [protocol, portOf(headEnd[protocol] ?? '')]),
      ),
      framesUrl: headEnd.frames,
      uploadToken: headEnd.uploadToken,
      mqttUrl: headEnd.mqtt,
    },
  };
}

async function writeTruth(file: string, devices: readonly SimulatedDevice[], from: number, to: number) {
  const lines = function* () {
    for (const interval of truthOf(devices, from, to)) yield `${JSON.stringify(interval)}\n`;
  };
  await pipeline(lines, createWriteStream(file));
}

function summaryOf(
  { mix, seed }: SimulateOptions,
  devices: readonly SimulatedDevice[],
  tally: Tally,
  seconds: number,
) {
  const counts = [...tally.values()];
  const messages = counts.reduce((sum, { accepted, sent, refused }) => sum + accepted + sent + refused, 0);
  return {
    seed,
    mix,
    devices: devices.length,
    messages,
    seconds: Number(seconds.toFixed(1)),
    answers: Object.fromEntries(tally),
  };
}

await main().catch((error: unknown) => {
  const { code, message } = error as { code?: string; message: string };
  console.error(code === 'ECONNREFUSED' ? `The mesh does not answer: ${message}` : message);
  process.exitCode = 1;
});
