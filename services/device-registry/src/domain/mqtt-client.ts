import { MqttDialect } from '@metermesh/contracts';
import { refuse, type Refusal } from '@metermesh/decider';

/** Names of dialects, as GraphQL and the table have them. */
export type MqttDialectName = Exclude<keyof typeof MqttDialect, 'UNSPECIFIED'>;

interface Dialect {
  readonly number: MqttDialect;
  /** Who speaks it: one device for itself, a concentrator for its meters, or either. */
  readonly speaker: 'meter' | 'concentrator' | 'either';
  /** Filters of the topics at which its clients may publish. */
  readonly topics: (client: string) => readonly string[];
}

const dialects: Readonly<Record<MqttDialectName, Dialect>> = {
  FRAMES: {
    number: MqttDialect.FRAMES,
    speaker: 'either',
    topics: (client) => [`meters/${client}/#`],
  },
  TASMOTA: {
    number: MqttDialect.TASMOTA,
    speaker: 'meter',
    topics: (client) => [`tele/${client}/#`, `stat/${client}/#`],
  },
  SHELLY: {
    number: MqttDialect.SHELLY,
    speaker: 'meter',
    topics: (client) => [`${client}/events/rpc`, `${client}/status/+`, `shellies/${client}/#`],
  },
  ZIGBEE2MQTT: {
    number: MqttDialect.ZIGBEE2MQTT,
    speaker: 'concentrator',
    topics: (client) => [`bridges/${client}/zigbee2mqtt/#`],
  },
  CHIRPSTACK: {
    number: MqttDialect.CHIRPSTACK,
    speaker: 'concentrator',
    topics: (client) => [`bridges/${client}/application/#`],
  },
  THE_THINGS_STACK: {
    number: MqttDialect.THE_THINGS_STACK,
    speaker: 'concentrator',
    topics: (client) => [`bridges/${client}/v3/#`],
  },
};

/** Users of the broker that are services, and first levels of topics and subjects that are spoken for already. */
const RESERVED = new Set([
  'device-registry',
  'ingestion',
  'billing',
  'control',
  'customer-care',
  'gateway',
  'metermesh',
  'nats',
  'admin',
  'sys',
  'fact',
  'ask',
  'dead',
  'meters',
  'tele',
  'stat',
  'cmnd',
  'shellies',
  'bridges',
  'zigbee2mqtt',
  'application',
  'v3',
  '_inbox',
]);

export const mqttDialectNumber = (name: MqttDialectName): MqttDialect => dialects[name].number;

/** Throws for a dialect that this version does not know. */
export function mqttDialectName(dialect: MqttDialect): MqttDialectName {
  const name = (Object.keys(dialects) as MqttDialectName[]).find((each) => dialects[each].number === dialect);
  if (!name) throw new RangeError(`No MQTT dialect has the number ${dialect}.`);
  return name;
}

/** Where any client of the dialect may publish, as the head-end permits it: topic filters as MQTT 3.1.1, 4.7, has them. */
export const mqttTopics = (dialect: MqttDialectName, client: string): readonly string[] =>
  dialects[dialect].topics(client);

/** Refuses a name under which no device may log in. It is a level of topics, so it has no `/`, `+`, `#`, `.` and `$`. */
export function faultOfMqttClient(client: string): Refusal | undefined {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(client)) {
    return refuse(
      'MQTT_CLIENT_INVALID',
      `${JSON.stringify(client)} cannot name a client: use 1 to 64 letters, digits, "_" or "-".`,
    );
  }
  if (!RESERVED.has(client.toLowerCase())) return undefined;
  return refuse('MQTT_CLIENT_RESERVED', `${client} is a name that the mesh uses itself; choose another.`);
}

/** Refuses a holder that does not speak the dialect. */
export function faultOfMqttHolder(
  dialect: MqttDialectName,
  { serialNumber, concentratorId }: { serialNumber: string; concentratorId: string },
): Refusal | undefined {
  const { speaker } = dialects[dialect];
  const isFit =
    (serialNumber === '') !== (concentratorId === '') &&
    (speaker === 'either' || (speaker === 'meter') === (serialNumber !== ''));
  if (isFit) return undefined;
  const wanted = {
    meter: 'a serialNumber',
    concentrator: 'a concentratorId',
    either: 'either a serialNumber or a concentratorId',
  }[speaker];
  return refuse(
    'MQTT_HOLDER_INVALID',
    `${dialect} is spoken for ${wanted}, and nothing else: give just that.`,
  );
}
