import { readingType } from '@metermesh/metering';
import type { Query } from '../demo/graphql-client.ts';
import type { FleetPlan } from './fleet-plan.ts';
import type { DeviceMeter, MqttDialect, SimulatedDevice } from './networks/device.ts';

const MANUFACTURER = 'MMX';
const AT_ONCE = 8;

/**
 * Registers a fleet as an operator would, through the graph: places, concentrators, meters with their installations, and
 * logins at the MQTT broker. Again for the same plan: nothing changes but the logins' passwords.
 *
 * @returns passwords of the broker's clients, by name
 */
export async function registerFleet(
  query: Query,
  plan: FleetPlan,
  devices: readonly SimulatedDevice[],
): Promise<Map<string, string>> {
  await inTurns(plan.usagePoints, ({ id, serviceKind, timeZone }) =>
    query(USAGE_POINT, { input: { id, serviceKind, timeZone, address: `Simulated place ${id}` } }),
  );
  await inTurns(plan.gateways, ({ id }) =>
    query(CONCENTRATOR, { input: { id, manufacturer: MANUFACTURER, networkAddress: `sim://${id}` } }),
  );
  await inTurns(
    devices.flatMap(({ meters, gateway }) => meters.map((meter) => ({ meter, gateway }))),
    ({ meter, gateway }) => registerMeter(query, meter, plan.since, gateway),
  );
  return issueLogins(query, plan, devices);
}

async function registerMeter(query: Query, meter: DeviceMeter, since: number, gateway?: string) {
  const { serialNumber, serviceKind, systemTitle, addresses, payloadCodec, usagePointId, submeter } = meter;
  const { encryptionKey, authenticationKey } = meter;
  await query(METER, {
    meter: {
      serialNumber,
      manufacturer: MANUFACTURER,
      serviceKind,
      systemTitle,
      addresses,
      payloadCodec,
      channels: meter.channels.map(({ readingType, intervalSeconds }) => ({ readingType, intervalSeconds })),
      keys: encryptionKey && { encryptionKey, authenticationKey },
    },
    installation: {
      usagePointId,
      serialNumber,
      submeter,
      installedAt: new Date(since).toISOString(),
      registerReads: initialReads(meter, since),
    },
  });
  if (gateway !== undefined) await query(ASSIGN, { serialNumber, gateway });
}

function initialReads({ supply, channels }: DeviceMeter, since: number) {
  if (!supply) return [];
  const { registerObis, displayUnit } = readingType(channels[0]!.readingType)!;
  const value = (supply.register(since) / displayUnit.size).toFixed(3);
  return [{ obis: registerObis, value, unit: displayUnit.symbol }];
}

async function issueLogins(
  query: Query,
  { gateways }: FleetPlan,
  devices: readonly SimulatedDevice[],
): Promise<Map<string, string>> {
  const logins: { client: string; dialect: MqttDialect; serialNumber?: string; concentratorId?: string }[] = [
    ...gateways.flatMap(({ id, dialect }) => (dialect ? [{ client: id, dialect, concentratorId: id }] : [])),
    ...devices.flatMap(({ dialect, meters: [{ serialNumber }] }) =>
      dialect ? [{ client: serialNumber, dialect, serialNumber }] : [],
    ),
  ];
  const passwords = new Map<string, string>();
  await inTurns(logins, async (input) => {
    const { issueMqttCredential } = await query<{ issueMqttCredential: { password: string } }>(LOGIN, {
      input,
    });
    passwords.set(input.client, issueMqttCredential.password);
  });
  return passwords;
}

/** Some at once, so that nothing is overrun. */
async function inTurns<Item>(
  items: readonly Item[],
  handle: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await handle(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const USAGE_POINT = `mutation UsagePoint($input: RegisterUsagePointInput!) { registerUsagePoint(input: $input) { id } }`;
const CONCENTRATOR = `mutation Concentrator($input: RegisterConcentratorInput!) { registerConcentrator(input: $input) { id } }`;
const METER = `mutation Meter($meter: RegisterMeterInput!, $installation: InstallMeterInput!) {
  registerMeter(input: $meter) { serialNumber }
  installMeter(input: $installation) { id }
}`;
const ASSIGN = `mutation Assign($serialNumber: String!, $gateway: ID!) {
  assignMeterToConcentrator(serialNumber: $serialNumber, concentratorId: $gateway) { serialNumber }
}`;
const LOGIN = `mutation Login($input: IssueMqttCredentialInput!) { issueMqttCredential(input: $input) { password } }`;
