import type { MqttCredentialIssued, MqttCredentialRevoked } from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';
import { faultOfMqttClient, faultOfMqttHolder, mqttDialectName } from './mqtt-client.ts';
import { faultOfText } from './text.ts';

export type MqttCredentialEvent = MqttCredentialIssued | MqttCredentialRevoked;

export type MqttCredentialCommand =
  { type: 'issue'; issued: MqttCredentialIssued } | { type: 'revoke'; revoked: MqttCredentialRevoked };

/** A login at the MQTT broker; undefined until it is issued. */
export type MqttCredential = { issued: MqttCredentialIssued; isRevoked: boolean } | undefined;

export const mqttCredentialDecider: Decider<MqttCredentialCommand, MqttCredential, MqttCredentialEvent> = {
  initialState: undefined,
  evolve(state, event) {
    if (event.$typeName === 'metermesh.device_registry.v1.MqttCredentialIssued')
      return { issued: event, isRevoked: false };
    return state && { ...state, isRevoked: true };
  },
  decide: (command, state) =>
    command.type === 'issue' ? issue(command.issued, state) : revoke(command.revoked, state),
};

/** Issuing again to the same holder replaces the password; to another only once it has been revoked. */
function issue(issued: MqttCredentialIssued, state: MqttCredential): MqttCredentialEvent[] | Refusal {
  const fault =
    faultOfMqttClient(issued.client) ?? faultOfMqttHolder(mqttDialectName(issued.dialect), issued);
  if (fault) return fault;
  if (!state || state.isRevoked || isSameHolder(state.issued, issued)) return [issued];
  const { serialNumber, concentratorId, dialect } = state.issued;
  const holder = serialNumber ? `meter ${serialNumber}` : `concentrator ${concentratorId}`;
  return refuse(
    'MQTT_CLIENT_TAKEN',
    `${issued.client} is the login of ${holder} (${mqttDialectName(dialect)}); revoke it first or choose another name.`,
  );
}

function revoke(revoked: MqttCredentialRevoked, state: MqttCredential): MqttCredentialEvent[] | Refusal {
  if (!state) {
    return refuse(
      'MQTT_CREDENTIAL_NOT_FOUND',
      `No client ${JSON.stringify(revoked.client)} has a login at the MQTT broker.`,
    );
  }
  if (state.isRevoked) return [];
  return faultOfText('reason', revoked.reason) ?? [revoked];
}

const isSameHolder = (one: MqttCredentialIssued, other: MqttCredentialIssued): boolean =>
  one.dialect === other.dialect &&
  one.serialNumber === other.serialNumber &&
  one.concentratorId === other.concentratorId;
