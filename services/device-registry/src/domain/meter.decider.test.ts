import { describe, expect, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { ChannelSchema, MeterAssignedToConcentratorSchema, ServiceKind } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { aMeter, installation, keysOf, removal } from './device-registry.examples.ts';
import { meterDecider, type MeterCommand } from './meter.decider.ts';

const { given } = specify(meterDecider);
const register = (change: Parameters<typeof aMeter>[0] = {}): MeterCommand => ({
  type: 'register',
  meter: aMeter(change),
});
const install = (installed = installation(1)): MeterCommand => ({ type: 'install', installed });
const remove = (removed = removal(20)): MeterCommand => ({ type: 'remove', removed });
const channel = (readingType: string, obis: string, intervalSeconds = 900) =>
  create(ChannelSchema, { readingType, obis, intervalSeconds });

describe('registering a meter', () => {
  it('records it, and its keys if it has any', () => {
    given().when(register()).then(aMeter());
    given()
      .when({ type: 'register', meter: aMeter(), keys: keysOf('M-1', 1) })
      .then(aMeter(), keysOf('M-1', 1));
  });
  it('does nothing where it is a repeat', () => {
    given(aMeter(), keysOf('M-1', 1)).when(register()).thenNothing();
    given(aMeter(), keysOf('M-1', 1))
      .when({ type: 'register', meter: aMeter(), keys: keysOf('M-1', 1) })
      .thenNothing();
  });
  it('replaces the keys where a repeat brings others', () => {
    given(aMeter(), keysOf('M-1', 1))
      .when({ type: 'register', meter: aMeter(), keys: keysOf('M-1', 2) })
      .then(keysOf('M-1', 2));
  });
  it('is refused where the serial number is taken by another one', () => {
    given(aMeter())
      .when(register({ manufacturer: 'Other' }))
      .thenRefused('METER_EXISTS');
  });

  it.each([
    ['IDENTIFIER_INVALID', { serialNumber: 'M 1' }],
    ['TEXT_INVALID', { manufacturer: '' }],
    ['SYSTEM_TITLE_INVALID', { systemTitle: new Uint8Array(7) }],
    ['MULTIPLIER_INVALID', { multiplier: '0' }],
    ['MULTIPLIER_INVALID', { multiplier: '0.000' }],
    ['MULTIPLIER_INVALID', { multiplier: '-1' }],
    ['MULTIPLIER_INVALID', { multiplier: '1e3' }],
    ['DIAL_DIGITS_INVALID', { dialDigits: 0 }],
    ['DIAL_DIGITS_INVALID', { dialDigits: 16 }],
    ['NETWORK_ADDRESS_INVALID', { networkAddress: 'over there' }],
    ['DEVICE_ADDRESS_INVALID', { addresses: ['lorawan:70b3d57ed0000001'] }],
    ['DEVICE_ADDRESS_INVALID', { addresses: ['70B3D57ED0000001'] }],
    ['DEVICE_ADDRESS_INVALID', { addresses: ['mqtt:plug1', 'mqtt:plug1'] }],
    ['PAYLOAD_CODEC_INVALID', { payloadCodec: '../../etc/passwd' }],
    ['PAYLOAD_CODEC_INVALID', { payloadCodec: '/acme' }],
    ['METER_WITHOUT_CHANNELS', { channels: [] }],
    ['READING_TYPE_UNKNOWN', { channels: [channel('moonlight', '1.0.1.29.0.255')] }],
    ['CHANNEL_SERVICE_KIND_MISMATCH', { channels: [channel('gas-volume', '7.0.3.29.0.255')] }],
    ['CHANNEL_SERVICE_KIND_MISMATCH', { serviceKind: ServiceKind.GAS }],
    ['INTERVAL_INVALID', { channels: [channel('active-energy-import', '1.0.1.29.0.255', 7000)] }],
    ['INTERVAL_INVALID', { channels: [channel('active-energy-import', '1.0.1.29.0.255', 0)] }],
    ['OBIS_INVALID', { channels: [channel('active-energy-import', '1.0.1.29.0')] }],
    ['OBIS_INVALID', { channels: [channel('active-energy-import', '1.0.1.29.0.256')] }],
    [
      'CHANNEL_TWICE',
      {
        channels: [
          channel('active-energy-import', '1.0.1.29.0.255'),
          channel('active-energy-export', '1.0.1.29.0.255'),
        ],
      },
    ],
  ])('is refused with %s for %j', (code, change) => {
    given().when(register(change)).thenRefused(code);
  });
  it('takes addresses of any network, and a payload codec', () => {
    const change = {
      addresses: ['lorawan:70B3D57ED0000001', 'mbus:ELS-12345678', 'mqtt:plug_1'],
      payloadCodec: 'vendor/acme/em-300.v2',
    };
    given().when(register(change)).then(aMeter(change));
  });
  it('allows channels of the environment on any meter, and no others on a sensor', () => {
    const temperature = channel('temperature', '0.0.96.9.0.255');
    const energy = channel('active-energy-import', '1.0.1.29.0.255');
    const plug = { channels: [energy, temperature] };
    const sensor = { serviceKind: ServiceKind.ENVIRONMENT, channels: [temperature] };
    given().when(register(plug)).then(aMeter(plug));
    given().when(register(sensor)).then(aMeter(sensor));
    given()
      .when(register({ ...sensor, channels: [energy] }))
      .thenRefused('CHANNEL_SERVICE_KIND_MISMATCH');
  });
  it('takes multipliers as exact decimals', () => {
    for (const multiplier of ['1', '0.1', '4000', '0.000000001']) {
      given().when(register({ multiplier })).then(aMeter({ multiplier }));
    }
  });
});

describe('setting keys', () => {
  it('records the sealed keys once', () => {
    given(aMeter())
      .when({ type: 'set-keys', keys: keysOf('M-1', 1) })
      .then(keysOf('M-1', 1));
    given(aMeter(), keysOf('M-1', 1))
      .when({ type: 'set-keys', keys: keysOf('M-1', 1) })
      .thenNothing();
  });
  it('is refused for an unknown meter', () => {
    given()
      .when({ type: 'set-keys', keys: keysOf('M-1', 1) })
      .thenRefused('METER_NOT_FOUND');
  });
});

describe('installing a meter', () => {
  it('records it, and a repeat does nothing', () => {
    given(aMeter()).when(install()).then(installation(1));
    given(aMeter(), installation(1)).when(install()).thenNothing();
    given(aMeter(), installation(1), removal(20)).when(install()).thenNothing();
  });
  it('is refused for an unknown meter', () => {
    given().when(install()).thenRefused('METER_NOT_FOUND');
  });
  it('is refused while it is installed elsewhere', () => {
    given(aMeter(), installation(1))
      .when(install(installation(5, { usagePointId: 'UP-2' })))
      .thenRefused('METER_INSTALLED_ELSEWHERE');
  });
  it('is refused where it is installed there already, since another time', () => {
    given(aMeter(), installation(1))
      .when(install(installation(5)))
      .thenRefused('METER_ALREADY_INSTALLED');
  });
  it('is refused before it was removed elsewhere, and fine from that instant on', () => {
    const history = [aMeter(), installation(1), removal(20)];
    given(...history)
      .when(install(installation(19, { usagePointId: 'UP-2' })))
      .thenRefused('INSTALLATION_OVERLAPS');
    const next = installation(20, { usagePointId: 'UP-2' });
    given(...history)
      .when(install(next))
      .then(next);
  });
});

describe('removing a meter', () => {
  it('records it, and a repeat does nothing', () => {
    given(aMeter(), installation(1)).when(remove()).then(removal(20));
    given(aMeter(), installation(1), removal(20)).when(remove()).thenNothing();
  });
  it('is refused where it is not installed, or was removed with other register readings', () => {
    given(aMeter()).when(remove()).thenRefused('METER_NOT_INSTALLED');
    given(aMeter(), installation(1), removal(20))
      .when(remove(removal(20, { value: 9n })))
      .thenRefused('METER_NOT_INSTALLED');
    given().when(remove()).thenRefused('METER_NOT_FOUND');
  });
});

describe('assigning a meter to a concentrator', () => {
  const assigned = create(MeterAssignedToConcentratorSchema, { serialNumber: 'M-1', concentratorId: 'DC-1' });

  it('records it, and a repeat does nothing', () => {
    given(aMeter()).when({ type: 'assign', assigned }).then(assigned);
    given(aMeter(), assigned).when({ type: 'assign', assigned }).thenNothing();
  });
  it('is refused for an unknown meter', () => {
    given().when({ type: 'assign', assigned }).thenRefused('METER_NOT_FOUND');
  });
});

it('a refusal says what is wrong and what to do', () => {
  expect(meterDecider.decide(register({ multiplier: '0' }), meterDecider.initialState)).toMatchObject({
    message: expect.stringMatching(/multiplier 0 must be a decimal number greater than 0/),
  });
});
