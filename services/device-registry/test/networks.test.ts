import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type MeterInstalled, type MeterRegistered } from '@metermesh/contracts';
import { watchFacts, type Fact } from '@metermesh/messaging';
import { codes, customer, startRegistry, until, type Answer } from './device-registry.test-kit.ts';

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
});
afterAll(async () => {
  stopWatching.abort();
  await registry.stop();
});

const usagePoint = (id: string, serviceKind = 'ELECTRICITY') =>
  ask(
    'mutation ($input: RegisterUsagePointInput!) { registerUsagePoint(input: $input) { id serviceKind } }',
    {
      input: { id, serviceKind, timeZone: 'Asia/Seoul', address: 'Jong-ro 1' },
    },
  );
const meter = (serialNumber: string, change = {}) =>
  ask(
    `mutation ($input: RegisterMeterInput!) { registerMeter(input: $input) {
       serialNumber addresses payloadCodec channels { code readingType submeter unit obis } } }`,
    {
      input: {
        serialNumber,
        manufacturer: 'Acme',
        serviceKind: 'ELECTRICITY',
        channels: [{ readingType: 'active-energy-import' }],
        ...change,
      },
    },
  );
const install = (serialNumber: string, usagePointId: string, submeter?: string) =>
  ask('mutation ($input: InstallMeterInput!) { installMeter(input: $input) { id } }', {
    input: { serialNumber, usagePointId, submeter, installedAt: '2026-10-01T00:00:00Z' },
  });
const told = <Event>(name: string, stream: string): Event | undefined => {
  const fact = facts.find((each) => each.type.endsWith(`.${name}`) && each.stream === stream);
  return fact && (decodeEvent(fact) as unknown as Event);
};

describe('the addresses of a meter', () => {
  const addresses = ['lorawan:70B3D57ED0000001', 'mbus:ELS-12345678'];

  it('are its own, answered, and told to the head-end', async () => {
    const change = { serviceKind: 'WATER', channels: [{ readingType: 'water-volume' }], addresses };
    const registered = await meter('W-1', { ...change, payloadCodec: 'acme/em-300' });
    expect(registered.data.registerMeter).toMatchObject({ addresses, payloadCodec: 'acme/em-300' });
    expect((await meter('W-1', { ...change, payloadCodec: 'acme/em-300' })).errors).toBeUndefined();
    expect(codes(await meter('W-1', { ...change, addresses: [addresses[0]] }))).toEqual(['METER_EXISTS']);
    expect(codes(await meter('W-2', { addresses: [addresses[1]] }))).toEqual(['DEVICE_ADDRESS_TAKEN']);
    expect(codes(await meter('W-2', { addresses: ['mbus:els-1'] }))).toEqual(['DEVICE_ADDRESS_INVALID']);
    expect((await ask('{ meter(serialNumber: "W-2") { serialNumber } }')).data).toEqual({ meter: null });
    await until(() => told('MeterRegistered', 'meter-W-1') !== undefined);
    expect(told<MeterRegistered>('MeterRegistered', 'meter-W-1')).toMatchObject({
      addresses,
      payloadCodec: 'acme/em-300',
    });
    expect(facts.filter(({ type }) => type.endsWith('Reserved'))).toEqual([]);
  });

  it('go to one of two meters that are registered with the same at once', async () => {
    const both = ['Z-1', 'Z-2'].map((serial) => meter(serial, { addresses: ['zigbee:00124B0000000001'] }));
    const answers: Answer[] = await Promise.all(both);
    expect(answers.flatMap(codes)).toEqual(['DEVICE_ADDRESS_TAKEN']);
  });

  it('are no customer’s affair', async () => {
    await usagePoint('UP-KIM');
    await meter('K-1', { addresses: ['sml:0A0149534B0004A2B3C4'], payloadCodec: 'acme' });
    await install('K-1', 'UP-KIM');
    await registry.agreementStarts('C-KIM', 'UP-KIM', '2026-01-01');
    const query = '{ usagePoint(id: "UP-KIM") { meters { serialNumber addresses payloadCodec } } }';
    await until(async () => codes(await ask(query, {}, customer('C-KIM'))).length === 0);
    expect((await ask(query, {}, customer('C-KIM'))).data.usagePoint.meters).toEqual([
      { serialNumber: 'K-1', addresses: [], payloadCodec: null },
    ]);
  });
});

describe('sub-meters and sensors', () => {
  const AT = `query ($id: ID!) { usagePoint(id: $id) {
    meters { serialNumber channels { code } } channels { code readingType submeter }
    installations { submeter meter { serialNumber } } } }`;

  it('belong under a usage point, each channel with a name of its own there', async () => {
    await usagePoint('UP-HOME');
    const temperature = { readingType: 'temperature', intervalSeconds: 300 };
    await meter('PLUG', { channels: [{ readingType: 'active-energy-import' }, temperature] });
    await meter('AIR', {
      serviceKind: 'ENVIRONMENT',
      channels: [temperature, { readingType: 'co2-concentration' }],
    });
    await meter('MAINS');
    expect(codes(await install('AIR', 'UP-HOME'))).toEqual([]);
    expect(codes(await install('PLUG', 'UP-HOME', 'refrigerator'))).toEqual([]);
    expect(codes(await install('MAINS', 'UP-HOME'))).toEqual([]);

    const { data } = await ask(AT, { id: 'UP-HOME' });
    expect(data.usagePoint).toEqual({
      meters: [
        { serialNumber: 'MAINS', channels: [{ code: 'active-energy-import' }] },
        { serialNumber: 'AIR', channels: [{ code: 'temperature' }, { code: 'co2-concentration' }] },
        {
          serialNumber: 'PLUG',
          channels: [{ code: 'active-energy-import:refrigerator' }, { code: 'temperature:refrigerator' }],
        },
      ],
      channels: [
        { code: 'active-energy-import', readingType: 'active-energy-import', submeter: null },
        { code: 'temperature', readingType: 'temperature', submeter: null },
        { code: 'co2-concentration', readingType: 'co2-concentration', submeter: null },
        {
          code: 'active-energy-import:refrigerator',
          readingType: 'active-energy-import',
          submeter: 'refrigerator',
        },
        { code: 'temperature:refrigerator', readingType: 'temperature', submeter: 'refrigerator' },
      ],
      installations: expect.arrayContaining([
        { submeter: 'refrigerator', meter: { serialNumber: 'PLUG' } },
        { submeter: null, meter: { serialNumber: 'MAINS' } },
      ]),
    });
    await until(() => facts.some(({ stream }) => stream === 'usage-point-UP-HOME'));
    const installed = () =>
      facts
        .filter(({ type, stream }) => type.endsWith('.MeterInstalled') && stream === 'usage-point-UP-HOME')
        .map((fact) => decodeEvent<MeterInstalled>(fact));
    await until(() => installed().length === 3);
    expect(installed().find(({ serialNumber }) => serialNumber === 'PLUG')).toMatchObject({
      readingTypes: ['active-energy-import:refrigerator', 'temperature:refrigerator'],
      submeter: 'refrigerator',
    });
  });

  it('may not be two of one name, nor of another supply', async () => {
    await meter('PLUG-2');
    await meter('GAS', { serviceKind: 'GAS', channels: [{ readingType: 'gas-volume' }] });
    expect(codes(await install('PLUG-2', 'UP-HOME', 'refrigerator'))).toEqual(['CHANNEL_ALREADY_MEASURED']);
    expect(codes(await install('PLUG-2', 'UP-HOME', 'a:b'))).toEqual(['SUBMETER_NAME_INVALID']);
    expect(codes(await install('GAS', 'UP-HOME', 'heating'))).toEqual(['SERVICE_KIND_MISMATCH']);
  });

  it('are exchanged under their name', async () => {
    const exchanged = await ask(
      `mutation ($input: ExchangeMeterInput!) { exchangeMeter(input: $input) { channels { code } } }`,
      {
        input: {
          usagePointId: 'UP-HOME',
          oldSerialNumber: 'PLUG',
          newSerialNumber: 'PLUG-2',
          exchangedAt: '2026-11-01T00:00:00Z',
        },
      },
    );
    expect(exchanged.data.exchangeMeter.channels).toContainEqual({
      code: 'active-energy-import:refrigerator',
    });
  });

  it('of a place without supply are all that it has', async () => {
    expect((await usagePoint('UP-STATION', 'ENVIRONMENT')).data.registerUsagePoint.serviceKind).toBe(
      'ENVIRONMENT',
    );
    await meter('STATION', { serviceKind: 'ENVIRONMENT', channels: [{ readingType: 'relative-humidity' }] });
    expect(codes(await install('STATION', 'UP-STATION'))).toEqual([]);
    expect(
      (await ask('{ meter(serialNumber: "STATION") { serviceKind channels { unit obis } } }')).data.meter,
    ).toEqual({
      serviceKind: 'ENVIRONMENT',
      channels: [{ unit: '‰', obis: '0.0.96.9.2.255' }],
    });
  });
});
