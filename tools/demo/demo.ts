import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pushLive } from '../simulator/fleet.ts';
import { SimulatedMeterServer } from '../simulator/meter-server.ts';
import { headEndAddresses } from './head-end-addresses.ts';
import type { Mesh } from '../start/mesh.ts';
import { registerFleet } from '../simulator/register-fleet.ts';
import { graphqlClient, type Query } from './graphql-client.ts';
import { LiveNetworks } from './live-networks.ts';
import { INTERVAL_SECONDS, meterIn, plan, type Neighbourhood, type Place } from './neighbourhood.ts';
import { networkDevices, networkObjects } from './networks.ts';
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
  } & Partial<typeof networkObjects>;
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
  /** Passwords of the logins at the MQTT broker, by client. */
  mqttPasswords?: Record<string, string>;
  /** Until when the devices on other networks have told what happened, milliseconds. */
  toldUntil?: number;
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
  const meters = neighbourhood.places.map((place) => meterIn(neighbourhood, place));
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
    report(`registering ${neighbourhood.places.length} usage points, meters and customers`);
    await register(query, neighbourhood, (place) => switches.addressOf(place.serialNumber));
  }
  const [networks] = await Promise.all([
    openNetworks(mesh, query, state, remember, report),
    state.billIds ? undefined : pushAndBill(neighbourhood, query, headEnd, report).then(remember),
  ]);

  const live = pushLive(meters, headEnd, new Map(Object.entries(state.pushedUntil)), LIVE_EVERY_SECONDS);
  const rememberPushes = () => {
    networks?.remember();
    remember({ pushedUntil: Object.fromEntries(live.pushedUntil), toldUntil: networks?.toldUntil });
  };
  const remembering = setInterval(rememberPushes, 60_000).unref();
  return {
    objects: objectsOf(neighbourhood, state.billIds!),
    isSupplied: (serialNumber) => switches.isConnected(serialNumber),
    async stop() {
      clearInterval(remembering);
      await Promise.all([live.stop(), networks?.stop()]);
      rememberPushes();
      await switches.close();
    },
  };
}

async function pushAndBill(
  neighbourhood: Neighbourhood,
  query: Query,
  headEnd: { host: string; port: number },
  report: (step: string) => void,
): Promise<Pick<DemoState, 'billIds' | 'pushedUntil'>> {
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

/** Lets the devices on other networks tell what happened since they last did, and go on. */
async function openNetworks(
  mesh: Mesh,
  query: Query,
  { neighbourhood: { networkSeed, since }, mqttPasswords, toldUntil }: DemoState,
  remember: (changes: Partial<DemoState>) => void,
  report: (step: string) => void,
): Promise<LiveNetworks | undefined> {
  // Without the embedded broker there is nowhere to publish.
  if (!networkSeed || mesh.settings.NATS_URL) return undefined;
  const { plan: fleet, devices } = networkDevices(networkSeed, since);
  let passwords = mqttPasswords;
  if (!passwords) {
    report(`registering ${devices.length} devices on other networks`);
    passwords = Object.fromEntries(await registerFleet(query, fleet, devices));
    remember({ mqttPasswords: passwords });
  }
  const addresses = headEndAddresses(mesh);
  const networks = new LiveNetworks(
    devices,
    addresses,
    new Map(Object.entries(passwords)),
    toldUntil ?? since,
  );
  if (toldUntil === undefined)
    report('they tell of their last 35 days, over M-Bus, LoRaWAN, ZigBee, P1, SML and Wi-Fi');
  await networks.tellPast();
  remember({ toldUntil: networks.toldUntil });
  networks.start();
  return networks;
}

function objectsOf({ places, networkSeed }: Neighbourhood, billIds: string[]): Demo['objects'] {
  const electricity = places.filter(({ serviceKind }) => serviceKind === 'ELECTRICITY');
  const [mine, other] = electricity as [Place, Place];
  const of = (kind: Place['serviceKind']) =>
    places.find(({ serviceKind }) => serviceKind === kind)?.usagePointId;
  return {
    customerId: mine.customerId!,
    agreementId: mine.agreementId!,
    usagePointId: mine.usagePointId,
    meterSerialNumber: mine.serialNumber,
    billId: billIds[0]!,
    otherUsagePointId: other.usagePointId,
    ...(networkSeed ? networkObjects : { gasUsagePointId: of('GAS'), waterUsagePointId: of('WATER') }),
  };
}

const startOfInterval = (at: number) => at - (at % (INTERVAL_SECONDS * 1000));
