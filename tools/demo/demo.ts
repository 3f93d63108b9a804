import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DlmsMeter } from '../simulator/dlms-meter.ts';
import { pushLive, type HeadEnd } from '../simulator/fleet.ts';
import { SimulatedMeterServer } from '../simulator/meter-server.ts';
import { headEndAddresses } from './head-end-addresses.ts';
import type { Mesh } from '../start/mesh.ts';
import { registerFleet } from '../simulator/register-fleet.ts';
import { graphqlClient, type Query } from './graphql-client.ts';
import { LiveNetworks } from './live-networks.ts';
import { INTERVAL_SECONDS, meterIn, plan, type Neighbourhood, type Place } from './neighbourhood.ts';
import { networkDevices, networkObjects } from './networks.ts';
import { billHistory, type Billed, type Desk } from './bills.ts';
import { gasHome, registerGasHome, uploadGasHistory } from './gas-home.ts';
import { prepaidPlace, topUpPrepaidHome } from './prepaid-home.ts';
import { pushAll, register } from './seed.ts';
import type { Terms } from './terms.ts';
import { uploadTo } from './upload.ts';
import { startWaterAgreement, waterAgreement } from './water-agreement.ts';

const LIVE_EVERY_SECONDS = 10;

export interface Demo {
  /** Identifiers for a newcomer to ask for. */
  objects: {
    customerId: string;
    agreementId: string;
    usagePointId: string;
    meterSerialNumber: string;
    billId: string;
    billRunId?: string;
    /** Of the demo customer's bill. */
    paymentReference?: string;
    waterBillId?: string;
    /** Of the home with a discount. */
    discountBillId?: string;
    prepaidAgreementId?: string;
    shopBillId?: string;
    timeOfUseBillId?: string;
    gasBillId?: string;
    rebillProposalId?: string;
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
  billed?: Billed;
  /** In its place in neighbourhoods of before there were bill runs. */
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
  const headEnd = headEndOf(mesh);
  const as = async (subject: string, role: 'operator' | 'supervisor') =>
    graphqlClient(mesh.endpoint, await mesh.oidc!.issueToken({ subject, roles: [role] }));
  const query = await as('demo-seeder', 'operator');
  const desk: Desk = { operator: query, supervisor: await as('demo-supervisor', 'supervisor') };

  let state: DemoState = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as DemoState)
    : { neighbourhood: plan(Date.now()), pushedUntil: {} };
  const remember = (changes: Partial<DemoState>) => {
    state = { ...state, ...changes };
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  };
  remember({});

  const { neighbourhood } = state;
  // One of each for as long as the demo runs: an invocation counter is used by nobody twice.
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
  const isNew = !state.billed && !state.billIds;
  if (isNew) {
    report(`registering ${neighbourhood.places.length + 1} usage points, meters and customers`);
    await Promise.all([
      register(query, neighbourhood, (place) => switches.addressOf(place.serialNumber)),
      registerGasHome(query),
    ]);
  }
  const [networks, pushed] = await Promise.all([
    openNetworks(mesh, query, state, remember, report),
    isNew ? tellHistory(mesh, query, neighbourhood, meters, report) : undefined,
  ]);
  if (pushed) {
    if (networks) await startWaterAgreement(query, neighbourhood);
    report(`${pushed.intervals} interval readings acknowledged; billing the last month`);
    const billed = await billHistory(desk, neighbourhood, { meters, headEnd }, networks !== undefined);
    remember({ billed, pushedUntil: pushed.until });
  }

  const live = pushLive(meters, headEnd, new Map(Object.entries(state.pushedUntil)), LIVE_EVERY_SECONDS);
  const rememberPushes = () => {
    networks?.remember();
    remember({ pushedUntil: Object.fromEntries(live.pushedUntil), toldUntil: networks?.toldUntil });
  };
  const remembering = setInterval(rememberPushes, 60_000).unref();
  return {
    objects: objectsOf(state),
    isSupplied: (serialNumber) => switches.isConnected(serialNumber),
    async stop() {
      clearInterval(remembering);
      await Promise.all([live.stop(), networks?.stop()]);
      rememberPushes();
      await switches.close();
    },
  };
}

/** What there is to be billed, besides what comes over other networks; the prepaid home pays before it. */
async function tellHistory(
  mesh: Mesh,
  query: Query,
  neighbourhood: Neighbourhood,
  meters: readonly DlmsMeter[],
  report: (step: string) => void,
): Promise<{ intervals: number; until: Record<string, number> }> {
  const until = startOfInterval(Date.now());
  await topUpPrepaidHome(query, neighbourhood);
  report('meters push their last 35 days to the head-end, as encrypted DLMS frames');
  const [intervals] = await Promise.all([
    pushAll(meters, headEndOf(mesh), neighbourhood.since, until),
    uploadGasHistory(uploadTo(mesh)),
  ]);
  const serials = neighbourhood.places.map(({ serialNumber }) => serialNumber);
  return { intervals, until: Object.fromEntries(serials.map((serialNumber) => [serialNumber, until])) };
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

function objectsOf({ neighbourhood, billed, billIds }: DemoState): Demo['objects'] {
  const { places, networkSeed } = neighbourhood;
  const electricity = places.filter(({ serviceKind }) => serviceKind === 'ELECTRICITY');
  const [mine, other] = electricity as [Place, Place];
  const of = (kind: Place['serviceKind']) =>
    places.find(({ serviceKind }) => serviceKind === kind)?.usagePointId;
  return {
    customerId: mine.customerId!,
    agreementId: mine.agreementId!,
    usagePointId: mine.usagePointId,
    meterSerialNumber: mine.serialNumber,
    billId: billed?.bills[mine.agreementId!] ?? billIds![0]!,
    ...(billed && billingObjects(neighbourhood, billed)),
    otherUsagePointId: other.usagePointId,
    ...(networkSeed ? networkObjects : { gasUsagePointId: of('GAS'), waterUsagePointId: of('WATER') }),
  };
}

function billingObjects(neighbourhood: Neighbourhood, billed: Billed): Partial<Demo['objects']> {
  const { bills, billRunId, paymentReference, rebillProposalId } = billed;
  const billWhere = (isMeant: (terms: Terms) => boolean) =>
    bills[neighbourhood.places.find(({ terms }) => terms && isMeant(terms))!.agreementId!];
  return {
    billRunId,
    paymentReference,
    waterBillId: bills[waterAgreement.id],
    discountBillId: billWhere(({ discounts = [] }) => discounts.length > 0),
    prepaidAgreementId: prepaidPlace(neighbourhood)?.agreementId,
    shopBillId: billWhere(({ tariffId }) => tariffId.startsWith('kepco/general-')),
    timeOfUseBillId: billWhere(({ tariffId }) => tariffId.startsWith('kepco/industrial-')),
    gasBillId: bills[gasHome.agreementId],
    rebillProposalId,
  };
}

const headEndOf = ({ settings }: Mesh): HeadEnd => ({
  host: settings.METERMESH_HOST,
  port: settings.DLMS_PORT,
});

const startOfInterval = (at: number) => at - (at % (INTERVAL_SECONDS * 1000));
