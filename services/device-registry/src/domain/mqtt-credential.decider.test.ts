import { describe, it } from '@jest/globals';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { MqttCredentialIssuedSchema, MqttCredentialRevokedSchema, MqttDialect } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { mqttCredentialDecider } from './mqtt-credential.decider.ts';

const { given } = specify(mqttCredentialDecider);
const credential = (change: MessageInitShape<typeof MqttCredentialIssuedSchema> = {}) =>
  create(MqttCredentialIssuedSchema, {
    client: 'plug1',
    dialect: MqttDialect.TASMOTA,
    serialNumber: 'M-1',
    passwordHash: 'hash',
    issuedBy: 'op-1',
    ...change,
  });
const issue = (change?: MessageInitShape<typeof MqttCredentialIssuedSchema>) =>
  ({ type: 'issue', issued: credential(change) }) as const;
const revocation = (change: MessageInitShape<typeof MqttCredentialRevokedSchema> = {}) =>
  create(MqttCredentialRevokedSchema, { client: 'plug1', revokedBy: 'op-1', reason: 'sold', ...change });
const revoke = (change?: MessageInitShape<typeof MqttCredentialRevokedSchema>) =>
  ({ type: 'revoke', revoked: revocation(change) }) as const;

describe('issuing an MQTT credential', () => {
  it('records it, and again for the same holder replaces the password', () => {
    given().when(issue()).then(credential());
    given(credential())
      .when(issue({ passwordHash: 'another' }))
      .then(credential({ passwordHash: 'another' }));
  });

  it('is refused under the name of somebody else, until that is revoked', () => {
    const other = { serialNumber: 'M-2' };
    given(credential()).when(issue(other)).thenRefused('MQTT_CLIENT_TAKEN');
    given(credential())
      .when(issue({ dialect: MqttDialect.SHELLY }))
      .thenRefused('MQTT_CLIENT_TAKEN');
    given(credential(), revocation()).when(issue(other)).then(credential(other));
  });

  it.each(['', 'a.b', 'a/b', '+', '#', 'a b', '$SYS', 'é', 'x'.repeat(65)])('is refused to %j', (client) => {
    given().when(issue({ client })).thenRefused('MQTT_CLIENT_INVALID');
  });

  it.each(['ingestion', 'fact', 'FACT', 'ask', 'tele', 'zigbee2mqtt', 'meters', 'bridges'])(
    'is refused under %s, which the mesh uses itself',
    (client) => {
      given().when(issue({ client })).thenRefused('MQTT_CLIENT_RESERVED');
    },
  );

  it.each<[string, MqttDialect, string, string, boolean]>([
    ['a device speaks for itself', MqttDialect.SHELLY, 'M-1', '', true],
    ['a device is no concentrator', MqttDialect.SHELLY, '', 'HUB-1', false],
    ['a bridge is a concentrator', MqttDialect.ZIGBEE2MQTT, '', 'HUB-1', true],
    ['a bridge is no single device', MqttDialect.CHIRPSTACK, 'M-1', '', false],
    ['a network server is no single device', MqttDialect.THE_THINGS_STACK, 'M-1', '', false],
    ['frames come from a device', MqttDialect.FRAMES, 'M-1', '', true],
    ['frames come from a concentrator', MqttDialect.FRAMES, '', 'HUB-1', true],
    ['nobody is both', MqttDialect.FRAMES, 'M-1', 'HUB-1', false],
    ['nobody is nobody', MqttDialect.FRAMES, '', '', false],
  ])('knows that %s', (_what, dialect, serialNumber, concentratorId, isFit) => {
    const holder = { dialect, serialNumber, concentratorId };
    if (isFit) given().when(issue(holder)).then(credential(holder));
    else given().when(issue(holder)).thenRefused('MQTT_HOLDER_INVALID');
  });
});

describe('revoking an MQTT credential', () => {
  it('records who and why, once', () => {
    given(credential()).when(revoke()).then(revocation());
    given(credential(), revocation()).when(revoke()).thenNothing();
  });
  it('is refused without a reason, and where there is none', () => {
    given(credential())
      .when(revoke({ reason: ' ' }))
      .thenRefused('TEXT_INVALID');
    given().when(revoke()).thenRefused('MQTT_CREDENTIAL_NOT_FOUND');
  });
});
