import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mesh } from '../start/mesh.ts';
import { pushLive } from '../simulator/fleet.ts';
import { SimulatedMeterServer } from '../simulator/meter-server.ts';
import { graphqlClient, type Query } from './graphql-client.ts';
import { INTERVAL_SECONDS, meterOf, plan, type Neighbourhood, type Place } from './neighbourhood.ts';
import { billLastPeriod, pushAll, register } from './seed.ts';

const LIVE_EVERY_SECONDS = 10;

export interface Demo {
  /** Identifiers for a newcomer to ask for. */
  objects: {
    customerId: string;
    agreementId: string;
    usagePointId: string;
    meterSerialNumber: string;
    billId: string;
    /** A second customer's usage point, which the demo customer must not see. */
    otherUsagePointId: string;
    gasUsagePointId: string;
    waterUsagePointId: string;
  };
  /** The truth at the simulated meter: whether its contacts are closed. */
  isSupplied(serialNumber: string): boolean;
  stop(): Promise<void>;
}

/** What is kept between starts, beside the data that it matches: the neighbourhood from the first moment on. */
interface DemoState {
  neighbourhood: Neighbourhood;
  /** Missing until the history has been billed: a start that was interrupted before is taken up again. */
  billIds?: string[];
  /** Until when each meter's intervals are confirmed, milliseconds by serial number. */
  pushedUntil: Record<string, number>;
}

/** Seeds the demo neighbourhood on the first start, and lets its meters live on from then. */
export async function openDemo(mesh: Mesh, report: (step: string) => void): Promise<Demo> {
  const { settings } = mesh;
  const file = join(settings.data, 'demo-state.json');
  const headEnd = { host: settings.METERMESH_HOST, port: settings.DLMS_PORT };
  const token = await mesh.oidc!.issueToken({ subject: 'demo-seeder', roles: ['operator'] });
  const query = graphqlClient(mesh.endpoint, token);

  let state: DemoState = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as DemoState)
    : { neighbourhood: plan(Date.now()), pushedUntil: {} };
  const remember = (changes: Partial<DemoState>) => {
    state = { ...state, ...changes };
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  };
  remember({});

  const { neighbourhood } = state;
  const meters = neighbourhood.places.map((place) => meterOf(place, neighbourhood.since));
  const switches = await SimulatedMeterServer.listen(
    settings.METERMESH_HOST,
    settings.SIMULATOR_PORT,
    neighbourhood.places.map(({ password }, index) => ({
      meter: meters[index]!,
      password: Buffer.from(password),
    })),
    join(settings.data, 'demo-switches.json'),
  );
  if (!state.billIds) {
    const addressOf = (place: Place) => switches.addressOf(place.serialNumber);
    remember(await seed(neighbourhood, query, headEnd, addressOf, report));
  }

  const live = pushLive(meters, headEnd, new Map(Object.entries(state.pushedUntil)), LIVE_EVERY_SECONDS);
  const rememberPushes = () => remember({ pushedUntil: Object.fromEntries(live.pushedUntil) });
  const remembering = setInterval(rememberPushes, 60_000).unref();
  return {
    objects: objectsOf(neighbourhood, state.billIds!),
    isSupplied: (serialNumber) => switches.isConnected(serialNumber),
    async stop() {
      clearInterval(remembering);
      await live.stop();
      rememberPushes();
      await switches.close();
    },
  };
}

async function seed(
  neighbourhood: Neighbourhood,
  query: Query,
  headEnd: { host: string; port: number },
  switchAddress: (place: Place) => string,
  report: (step: string) => void,
): Promise<Pick<DemoState, 'billIds' | 'pushedUntil'>> {
  report(`registering ${neighbourhood.places.length} usage points, meters and customers`);
  await register(query, neighbourhood, switchAddress);
  const until = startOfInterval(Date.now());
  report('meters push their last 35 days to the head-end, as encrypted DLMS frames');
  const intervals = await pushAll(neighbourhood, headEnd, until);
  report(`${intervals} interval readings acknowledged; billing the last month`);
  const billIds = await billLastPeriod(query, neighbourhood);
  const pushedUntil = Object.fromEntries(
    neighbourhood.places.map(({ serialNumber }) => [serialNumber, until]),
  );
  return { billIds, pushedUntil };
}

function objectsOf({ places }: Neighbourhood, billIds: string[]): Demo['objects'] {
  const electricity = places.filter(({ serviceKind }) => serviceKind === 'ELECTRICITY');
  const [mine, other] = electricity as [Place, Place];
  const of = (kind: Place['serviceKind']) =>
    places.find(({ serviceKind }) => serviceKind === kind)!.usagePointId;
  return {
    customerId: mine.customerId!,
    agreementId: mine.agreementId!,
    usagePointId: mine.usagePointId,
    meterSerialNumber: mine.serialNumber,
    billId: billIds[0]!,
    otherUsagePointId: other.usagePointId,
    gasUsagePointId: of('GAS'),
    waterUsagePointId: of('WATER'),
  };
}

const startOfInterval = (at: number) => at - (at % (INTERVAL_SECONDS * 1000));
