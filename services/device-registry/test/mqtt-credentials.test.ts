import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type MqttCredentialIssued, type MqttCredentialRevoked } from '@metermesh/contracts';
import { watchFacts, type Fact } from '@metermesh/messaging';
import { compare } from 'bcryptjs';
import { codes, customer, startRegistry, until } from './device-registry.test-kit.ts';

jest.setTimeout(60_000);

let registry: Awaited<ReturnType<typeof startRegistry>>;
let ask: typeof registry.ask;
const facts: Fact[] = [];
const stopWatching = new AbortController();

beforeAll(async () => {
  registry = await startRegistry();
  ask = registry.ask;
  void (async () => {
    for await (const fact of watchFacts(registry.nats, 'fact.device-registry.>', stopWatching.signal))
      facts.push(fact);
  })();
  await ask(`mutation {
    registerMeter(input: { serialNumber: "PLUG", manufacturer: "Acme", serviceKind: ELECTRICITY,
      channels: [{ readingType: "active-energy-import" }] }) { serialNumber }
    registerConcentrator(input: { id: "HUB", manufacturer: "Acme", networkAddress: "mqtt" }) { id }
  }`);
});
afterAll(async () => {
  stopWatching.abort();
  await registry.stop();
});

const ISSUE = `mutation ($input: IssueMqttCredentialInput!) {
  issueMqttCredential(input: $input) { client password topics credential { meter { serialNumber } concentrator { id } issuedBy } } }`;
const issue = (client: string, dialect: string, holder: object) =>
  ask(ISSUE, { input: { client, dialect, ...holder } });
const revoke = (client: string, reason = 'sold') =>
  ask(
    'mutation ($client: String!, $reason: String!) { revokeMqttCredential(client: $client, reason: $reason) { client revokedBy revocationReason } }',
    { client, reason },
  );
const PLUG = { serialNumber: 'PLUG' };
const HUB = { concentratorId: 'HUB' };
const told = <Event>(name: string, client: string): Event[] =>
  facts
    .filter(({ type, stream }) => type.endsWith(`.${name}`) && stream === `mqtt-credential-${client}`)
    .map((fact) => decodeEvent(fact) as unknown as Event);

describe('an MQTT credential', () => {
  it('is a password shown once, of which others are told a hash that fits', async () => {
    const { data } = await issue('plug1', 'TASMOTA', PLUG);
    const { password } = data.issueMqttCredential;
    expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(data.issueMqttCredential).toEqual({
      client: 'plug1',
      password,
      topics: ['tele/plug1/#', 'stat/plug1/#'],
      credential: { meter: { serialNumber: 'PLUG' }, concentrator: null, issuedBy: 'op-1' },
    });
    await until(() => told('MqttCredentialIssued', 'plug1').length === 1);
    const [issued] = told<MqttCredentialIssued>('MqttCredentialIssued', 'plug1');
    expect(issued!.passwordHash).toMatch(/^\$2b\$06\$/);
    expect(await compare(password, issued!.passwordHash)).toBe(true);

    const { rows } = await registry.pool.query<{ data: Buffer }>('SELECT data FROM event_store.events');
    expect(rows.some((row) => row.data.includes(password))).toBe(false);
    const table = await registry.pool.query('SELECT * FROM mqtt_credential');
    expect(JSON.stringify(table.rows)).not.toContain('$2b$');
  });

  it('gets a new password when it is issued again', async () => {
    const again = (await issue('plug1', 'TASMOTA', PLUG)).data.issueMqttCredential.password;
    await until(() => told('MqttCredentialIssued', 'plug1').length === 2);
    const [first, second] = told<MqttCredentialIssued>('MqttCredentialIssued', 'plug1');
    expect(await compare(again, second!.passwordHash)).toBe(true);
    expect(await compare(again, first!.passwordHash)).toBe(false);
  });

  it.each([
    ['FRAMES', { ...PLUG }, ['meters/c-FRAMES/#']],
    ['SHELLY', { ...PLUG }, ['c-SHELLY/events/rpc', 'c-SHELLY/status/+', 'shellies/c-SHELLY/#']],
    ['ZIGBEE2MQTT', { ...HUB }, ['bridges/c-ZIGBEE2MQTT/zigbee2mqtt/#']],
    ['CHIRPSTACK', { ...HUB }, ['bridges/c-CHIRPSTACK/application/#']],
    ['THE_THINGS_STACK', { ...HUB }, ['bridges/c-THE_THINGS_STACK/v3/#']],
  ])('of %s says where its client may publish', async (dialect, holder, topics) => {
    expect((await issue(`c-${dialect}`, dialect, holder)).data.issueMqttCredential.topics).toEqual(topics);
  });

  it('is refused with a code where it may not be', async () => {
    const refused = [
      ['METER_NOT_FOUND', issue('plug2', 'TASMOTA', { serialNumber: 'NOBODY' })],
      ['CONCENTRATOR_NOT_FOUND', issue('hub2', 'CHIRPSTACK', { concentratorId: 'NOBODY' })],
      ['MQTT_HOLDER_INVALID', issue('hub2', 'CHIRPSTACK', PLUG)],
      ['MQTT_HOLDER_INVALID', issue('hub2', 'FRAMES', {})],
      ['MQTT_CLIENT_INVALID', issue('a/b', 'TASMOTA', PLUG)],
      ['MQTT_CLIENT_RESERVED', issue('ingestion', 'TASMOTA', PLUG)],
      ['MQTT_CLIENT_TAKEN', issue('plug1', 'FRAMES', HUB)],
      ['MQTT_CREDENTIAL_NOT_FOUND', revoke('nobody')],
      ['TEXT_INVALID', revoke('plug1', ' ')],
    ] as const;
    for (const [code, answer] of refused) expect(codes(await answer)).toEqual([code]);
  });

  it('is revoked with a reason, which others are told, and may then be somebody else’s', async () => {
    expect((await revoke('plug1')).data.revokeMqttCredential).toEqual({
      client: 'plug1',
      revokedBy: 'op-1',
      revocationReason: 'sold',
    });
    expect(codes(await revoke('plug1', 'again'))).toEqual([]);
    await until(() => told('MqttCredentialRevoked', 'plug1').length === 1);
    expect(told<MqttCredentialRevoked>('MqttCredentialRevoked', 'plug1')[0]).toMatchObject({
      reason: 'sold',
    });
    const LIST = '{ mqttCredentials(first: 500) { nodes { client dialect revokedBy concentrator { id } } } }';
    expect((await ask(LIST)).data.mqttCredentials.nodes).toContainEqual({
      client: 'plug1',
      dialect: 'TASMOTA',
      revokedBy: 'op-1',
      concentrator: null,
    });
    expect(codes(await issue('plug1', 'FRAMES', HUB))).toEqual([]);
    expect((await ask(LIST)).data.mqttCredentials.nodes).toContainEqual({
      client: 'plug1',
      dialect: 'FRAMES',
      revokedBy: null,
      concentrator: { id: 'HUB' },
    });
  });

  it('is nobody’s but staff’s', async () => {
    const kim = customer('C-KIM');
    const input = { client: 'kim', dialect: 'TASMOTA', ...PLUG };
    expect(codes(await ask(ISSUE, { input }, kim))).toEqual(['FORBIDDEN']);
    expect(
      codes(await ask('mutation { revokeMqttCredential(client: "plug1", reason: "x") { client } }', {}, kim)),
    ).toEqual(['FORBIDDEN']);
    expect(codes(await ask('{ mqttCredentials { nodes { client } } }', {}, kim))).toEqual(['FORBIDDEN']);
  });
});
