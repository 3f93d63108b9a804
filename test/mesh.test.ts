import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connectNats } from '@metermesh/messaging';
import { encodeWrapper } from '@metermesh/protocols';
import { jetstream } from '@nats-io/jetstream';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { openDemo, type Demo } from '../tools/demo/demo.ts';
import type { Query } from '../tools/demo/graphql-client.ts';
import { meterOf, place, plan } from '../tools/demo/neighbourhood.ts';
import { eventually as eventuallyWithin } from '../tools/demo/eventually.ts';
import { register } from '../tools/demo/seed.ts';
import { pushHistory } from '../tools/simulator/fleet.ts';
import { services } from '../tools/start/mesh.ts';
import { describeAuthorisation } from './authorisation.ts';
import { describeBilling } from './billing/billing.ts';
import { describeDocumentedQuestions } from './documented-questions.ts';
import { describeFleet } from './fleet.ts';
import { RunningMesh } from './running-mesh.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Shorter than a test may take, so that what is missing is said. */
const eventually = <Result>(what: string, attempt: () => Promise<Result>) =>
  eventuallyWithin(what, attempt, 20_000);

let running: RunningMesh;
let demo: Demo;
let customer: Query;
let operator: Query;

beforeAll(async () => {
  running = await RunningMesh.start();
  demo = await openDemo(running.mesh, () => {});
  customer = await running.as('customer', 'a-customer', demo.objects.customerId);
  operator = await running.as('operator', 'an-operator');
}, 180_000);

afterAll(async () => {
  await demo?.stop();
  await running?.end();
}, 60_000);

describe('a customer', () => {
  it('reads usage and bill, and the bill adds up to what the tariff says', async () => {
    const { bill } = await customer<{ bill: Bill }>(BILL, { id: demo.objects.billId });
    const sum = bill.lines.reduce((total, { amount }) => total + Number(amount), 0);
    expect(sum).toBe(Number(bill.total));
    expect(bill.customer.id).toBe(demo.objects.customerId);

    const kWh = bill.determinants[0]!.quantity;
    const line = JSON.stringify({ start: bill.periodStart, end: bill.periodEnd, usage: { kWh } });
    const rated = spawnSync('npm', ['run', '-s', 'rate', '--', '--tariff', bill.tariffId], {
      input: line,
      encoding: 'utf8',
    });
    expect(JSON.parse(rated.stdout)).toMatchObject({ total: bill.total, currency: bill.currency });
    expect(JSON.parse(rated.stdout).lines.map((each: { amount: string }) => each.amount)).toEqual(
      bill.lines.map(({ amount }) => amount),
    );

    const days = bill.determinants[0]!.days;
    expect(days.every((day) => day.missingIntervals === 0 && day.readings.length > 0)).toBe(true);
    const from = `${bill.periodStart}T00:00:00+09:00`;
    const to = `${bill.periodEnd}T00:00:00+09:00`;
    const profile = await dailyProfile(customer, demo.objects.usagePointId, from, to);
    expect(profile.intervals.map(({ start }) => start.slice(0, 10))).toEqual(days.map(({ date }) => date));
    expect(Math.floor(Number(profile.total) / 1000)).toBe(Math.floor(Number(kWh)));
  });

  it('sees where the running period is going', async () => {
    const { customer: self } = await customer<{ customer: { agreements: { insight: Insight }[] } }>(
      `{ customer { agreements { insight { daysMeasured daysInPeriod usage cost forecastUsage forecastCost currency } } } }`,
    );
    const { insight } = self.agreements[0]!;
    expect(Number(insight.daysInPeriod)).toBeGreaterThanOrEqual(28);
    expect(Number(insight.forecastUsage)).toBeGreaterThanOrEqual(Number(insight.usage));
  });

  it('sees nobody else', async () => {
    const query = `query ($id: ID!) { usagePoint(id: $id) { id address } }`;
    const refused = customer(query, { id: demo.objects.otherUsagePointId });
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const mutation = customer(
      `mutation { registerUsagePoint(input: { serviceKind: GAS, timeZone: "UTC", address: "x" }) { id } }`,
    );
    await expect(mutation).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describeAuthorisation(() => ({ running, demo }));

describeDocumentedQuestions(() => ({ running, demo }));

describeBilling(() => ({ running, demo }));

describeFleet(() => running);

describe('a push sent by hand', () => {
  it('is in the load profile as soon as it is confirmed and projected, and reaches a subscriber', async () => {
    const { usagePoint, meter, since } = await newMeter('HAND');
    const heard = hear(await running.token('operator'), usagePoint);
    await heard.ready;
    await pushHistory([meter], running.headEnd, since, since + DAY);
    const profile = await eventually('the profile', async () => {
      const found = await quarterHours(operator, usagePoint, since, since + DAY);
      if (found.some(({ value }) => value === null)) throw new Error('not all intervals are there');
      return found;
    });
    expect(profile.map(({ value }) => Number(value))).toEqual(
      [...meter.supply.intervalStarts(since, since + DAY)].map((at) => meter.supply.use(at)),
    );
    const reading = await heard.first;
    expect(reading).toMatchObject({
      readingReceived: { usagePoint: { id: usagePoint }, meter: { serialNumber: meter.serialNumber } },
    });
  });
});

const corpus = process.env['METERMESH_CORPUS'];
(corpus ? describe : describe.skip)('a real meter (captures of METERMESH_CORPUS)', () => {
  it.each([
    ['raw_egd_example', '0123456789', '1.0.1.8.0.255'],
    ['raw_sagemcom_xt211', '5100005149', '1.0.1.8.0.255'],
  ])('%s pushes registers that the gateway shows', async (name, serialNumber, obis) => {
    const frames = JSON.parse(readFileSync(join(corpus!, 'dlms/push-frames.json'), 'utf8')) as Capture[];
    const capture = frames.find((each) => each.name === name)!;
    const usagePointId = `UP-${name}`;
    await operator(
      `mutation ($id: ID!, $serial: String!) {
        registerUsagePoint(input: { id: $id, serviceKind: ELECTRICITY, timeZone: "Europe/Prague", address: "Brno" }) { id }
        registerMeter(input: { serialNumber: $serial, manufacturer: "EGD", serviceKind: ELECTRICITY,
          channels: [{ readingType: "active-energy-import" }] }) { serialNumber }
        installMeter(input: { serialNumber: $serial, usagePointId: $id, installedAt: "2020-01-01T00:00:00Z" }) { id }
      }`,
      { id: usagePointId, serial: serialNumber },
    );
    await eventually('the registers', async () => {
      await sendOnce(
        encodeWrapper({ source: 1, destination: 1, payload: Buffer.from(capture.frame_hex, 'hex') }),
      );
      const { usagePoint } = await operator<{
        usagePoint: { registerReads: { registers: { obis: string; value: string }[] }[] };
      }>(
        `query ($id: ID!) { usagePoint(id: $id) { registerReads(last: 1) { registers { obis value unit } } } }`,
        { id: usagePointId },
      );
      const register = usagePoint.registerReads[0]?.registers.find((each) => each.obis === obis);
      expect(Number(register?.value)).toBe(capture.expected_floats[obis]);
    });
  });
});

describe('a supply', () => {
  it('is switched off at the meter once a second person has agreed', async () => {
    const { usagePointId } = demo.objects;
    const { requestRemoteDisconnect: control } = await operator<{ requestRemoteDisconnect: { id: string } }>(
      `mutation ($id: ID!) { requestRemoteDisconnect(input: { usagePointId: $id, reason: "vacant" }) { id status } }`,
      { id: usagePointId },
    );
    const supervisor = await running.as('supervisor', 'a-supervisor');
    await supervisor(`mutation ($id: ID!) { approveEndDeviceControl(id: $id) { status } }`, {
      id: control.id,
    });
    await eventually('the confirmation', async () => {
      const { endDeviceControl } = await operator<{ endDeviceControl: { status: string } }>(
        `query ($id: ID!) { endDeviceControl(id: $id) { status failure { code message } } }`,
        { id: control.id },
      );
      expect(endDeviceControl).toEqual({ status: 'CONFIRMED', failure: null });
    });
    const { usagePoint } = await customer<{ usagePoint: { switchState: { state: string } } }>(
      `query ($id: ID!) { usagePoint(id: $id) { switchState { state readAt } } }`,
      { id: usagePointId },
    );
    expect(usagePoint.switchState.state).toBe('DISCONNECTED');
    expect(demo.isSupplied(demo.objects.meterSerialNumber)).toBe(false);
  });
});

describe('a message that no service can read', () => {
  it('becomes a dead letter that an operator lists and discards, and holds nothing up', async () => {
    const nats = await connectNats({ servers: running.natsUrl, name: 'test' });
    await jetstream(nats).publish('fact.ingestion.load-profile-validated.00', 'not a fact');
    await nats.close();
    const letters = await eventually('the dead letters', async () => {
      const { deadLetters } = await operator<{
        deadLetters: { nodes: { id: string; code: string; service: string }[] };
      }>(`{ deadLetters { nodes { id code service message } } }`);
      expect(deadLetters.nodes.map(({ service }) => service).sort()).toEqual(['billing', 'customer-care']);
      return deadLetters.nodes;
    });
    for (const { id, code } of letters) {
      expect(code).toBe('FACT_MALFORMED');
      await operator(`mutation ($id: ID!) { discardDeadLetter(id: $id) { id } }`, { id });
    }
    await expect(customer(`{ deadLetters { nodes { id } } }`)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await operator(`{ deadLetters { nodes { id } } }`)).toEqual({ deadLetters: { nodes: [] } });
  });
});

describe('kill -9 of one process while frames arrive', () => {
  it.each([...services, 'gateway'] as const)(
    'of %s loses nothing that was acknowledged',
    async (name) => {
      const { home, meter, since, lastPeriod } = await newMeter(`KILL-${name.toUpperCase()}`, true);
      const until = since + 35 * DAY;
      const pushing = pushHistory([meter], running.headEnd, since, until);
      await new Promise((resolve) => setTimeout(resolve, 100));
      running.kill(name);
      await pushing;
      await running.mesh.ready();
      await eventually('every acknowledged interval', async () => {
        const profile = await quarterHours(operator, home.usagePointId, since, until);
        const truth = [...meter.supply.intervalStarts(since, until)].map((at) =>
          String(meter.supply.use(at)),
        );
        expect(profile.map(({ value }) => value)).toEqual(truth);
      });
      // A fact that was in the killed process's hands comes again when its acknowledgement is overdue.
      const rests = async () => {
        const { previewBill: preview } = await operator<{ previewBill: Pick<Bill, 'determinants'> }>(
          PREVIEW,
          {
            id: home.agreementId,
            start: lastPeriod.start,
          },
        );
        const period = [lastPeriod.start, lastPeriod.end].map((date) => Date.parse(`${date}T00:00:00+09:00`));
        const truth = meter.supply.useBetween(period[0]!, period[1]!);
        expect(Math.round(Number(preview.determinants[0]!.quantity) * 1000)).toBe(truth);
      };
      await eventuallyWithin('the bill that rests on them', rests, 60_000);
    },
    120_000,
  );
});

describe('every process', () => {
  it.each([...services, 'gateway'] as const)(
    '%s says that it lives, is ready, and what it measures',
    async (name) => {
      expect((await fetch(running.url(name, '/health/live'))).status).toBe(200);
      expect((await fetch(running.url(name, '/health/ready'))).status).toBe(200);
      expect(await (await fetch(running.url(name, '/metrics'))).text()).toContain(
        'process_cpu_user_seconds_total',
      );
    },
  );

  it('finds all data as it was after a restart', async () => {
    const before = await customer<{ bill: Bill }>(BILL, { id: demo.objects.billId });
    await demo.stop();
    await running.restart();
    demo = await openDemo(running.mesh, () => {});
    customer = await running.as('customer', 'a-customer', demo.objects.customerId);
    expect(await customer(BILL, { id: demo.objects.billId })).toEqual(before);
    expect(demo.isSupplied(demo.objects.meterSerialNumber)).toBe(false);
  }, 120_000);
});

interface Bill {
  customer: { id: string };
  tariffId: string;
  periodStart: string;
  periodEnd: string;
  total: string;
  currency: string;
  lines: { code: string; amount: string }[];
  determinants: {
    quantity: string;
    days: { date: string; missingIntervals: number; readings: { id: string }[] }[];
  }[];
}
interface Insight {
  daysInPeriod: number;
  usage: string;
  forecastUsage: string | null;
}
interface Interval {
  start: string;
  value: string | null;
}
interface Capture {
  name: string;
  frame_hex: string;
  expected_floats: Record<string, number>;
}

const BILL = `query ($id: ID!) { bill(id: $id) {
  customer { id } tariffId periodStart periodEnd total currency lines { code amount }
  determinants { quantity days { date missingIntervals readings { id } } }
} }`;

const PREVIEW = `query ($id: ID!, $start: Date!) {
  previewBill(agreementId: $id, periodStart: $start) { total determinants { quantity } }
}`;

const PROFILE = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $resolution: Resolution!) {
  usagePoint(id: $id) { loadProfile(channel: "active-energy-import", from: $from, to: $to, resolution: $resolution) {
    total intervals { start value quality }
  } }
}`;

type Profile = { total: string; intervals: Interval[] };

async function dailyProfile(query: Query, id: string, from: string, to: string): Promise<Profile> {
  const { usagePoint } = await query<{ usagePoint: { loadProfile: Profile } }>(PROFILE, {
    id,
    from,
    to,
    resolution: 'P1D',
  });
  return usagePoint.loadProfile;
}

async function quarterHours(query: Query, id: string, from: number, to: number): Promise<Interval[]> {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { usagePoint } = await query<{ usagePoint: { loadProfile: Profile } }>(PROFILE, {
    id,
    ...range,
    resolution: 'PT15M',
  });
  return usagePoint.loadProfile.intervals;
}

/** A home with a meter of its own for a test, installed 35 days ago; with a customer who pays for it where asked for. */
async function newMeter(name: string, withAgreement = false) {
  const home = place(`UP-${name}`, 'ELECTRICITY', 'active-energy-import', `MMX-${name}`, 0, 1);
  if (withAgreement) Object.assign(home, { customerId: `CUST-${name}`, agreementId: `AGR-${name}` });
  const neighbourhood = { ...plan(Date.now()), places: [home] };
  await register(operator, neighbourhood, () => '');
  const { since, lastPeriod } = neighbourhood;
  return { home, usagePoint: home.usagePointId, meter: meterOf(home, since), since, lastPeriod };
}

function sendOnce(frame: Uint8Array): Promise<void> {
  const { host, port } = running.headEnd;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => socket.end(frame));
    socket.once('error', reject).once('close', () => resolve());
  });
}

/** Subscribes over WebSocket; answers the first reading heard. */
function hear(token: string, usagePointId: string) {
  const connected = Promise.withResolvers<void>();
  const client = createClient({
    url: running.mesh.endpoint.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { connected: () => setTimeout(connected.resolve, 500) },
    retryAttempts: 0,
  });
  const query = `subscription ($id: ID!) { readingReceived(usagePointId: $id) {
    usagePoint { id timeZone } meter { serialNumber manufacturer } blocks { start values }
  } }`;
  const first = new Promise((resolve, reject) => {
    const stop = client.subscribe(
      { query, variables: { id: usagePointId } },
      {
        next: ({ data, errors }) => (
          errors ? reject(new Error(JSON.stringify(errors))) : resolve(data),
          stop()
        ),
        error: reject,
        complete: () => {},
      },
    );
  });
  first.catch(() => {});
  return { ready: connected.promise, first: first.finally(() => client.dispose()) };
}
