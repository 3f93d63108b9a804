import { Inject, Injectable } from '@nestjs/common';
import { refuse } from '@metermesh/decider';
import { MqttClients, type MqttClient } from '../../adapters/mqtt-clients.table.ts';
import type { Submission } from '../../submission.ts';
import type { WayIn } from '../../way-in.ts';
import type { ClientMessage, Dialect } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { ANYBODY, clientOfTopic } from './topic.ts';

/** Of messages that are of no dialect, or could not be read. */
export const MQTT = 'mqtt';

/** What the broker hands on. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When the broker stored it, milliseconds since 1970. */
  readonly receivedAt: number;
  /** Of a message from quarantine: which of the devices in it was kept. */
  readonly part?: string;
}

export interface ReadMessage {
  readonly submissions: readonly Submission[];
  /** Names of devices whose earlier messages can be read now. */
  readonly learned: readonly string[];
}

/** Reads messages of the MQTT broker in the dialect of whoever may publish at their topic. */
@Injectable()
export class MqttSubmissions {
  constructor(
    @Inject(DIALECTS) private readonly dialects: readonly Dialect[],
    private readonly clients: MqttClients,
  ) {}

  get waysIn(): WayIn[] {
    const unread = { source: MQTT, isText: false };
    return [...this.dialects, unread].map(({ source, isText }) => ({
      source,
      isText,
      submissionsOf: async ({ payload, receivedAt, context: { topic = '', part } }) =>
        (await this.read({ topic, payload, receivedAt, part })).submissions,
    }));
  }

  async read(message: BrokerMessage): Promise<ReadMessage> {
    const { topic, payload } = message;
    // So a retained message is taken back.
    if (payload.length === 0) return { submissions: [], learned: [] };
    const spoken = await this.speakerAt(topic);
    if (!spoken.client) return { submissions: [ofNobody(message, spoken.dialect)], learned: [] };
    const said = saidBy(spoken.client, spoken.dialect, message);
    const learned = (await spoken.dialect.learn?.(said)) ?? [];
    return { submissions: await spoken.dialect.submissionsOf(said), learned };
  }

  /** Who publishes at a topic, and how; the dialect alone where its client has no login any more. */
  private async speakerAt(
    topic: string,
  ): Promise<{ dialect: Dialect; client: MqttClient } | { dialect?: Dialect; client?: undefined }> {
    let likely: Dialect | undefined;
    for (const dialect of this.dialects) {
      for (const filter of [...dialect.says, ...(dialect.usual ?? [])]) {
        const name = clientOfTopic(filter, topic);
        if (name === undefined) continue;
        const client = await (name === ANYBODY
          ? this.clients.firstOf(dialect.name)
          : this.clients.named(name));
        if (client?.dialect === dialect.name) return { dialect, client };
        likely ??= dialect;
      }
    }
    return { dialect: likely };
  }
}

function saidBy(
  client: MqttClient,
  { source, usual }: Dialect,
  { topic, payload, receivedAt, part }: BrokerMessage,
): ClientMessage {
  const own = `bridges/${client.client}/`;
  return {
    topic: usual && topic.startsWith(own) ? topic.slice(own.length) : topic,
    payload,
    receivedAt,
    client,
    source,
    context: { topic, client: client.client, ...(part !== undefined && { part }) },
  };
}

function ofNobody({ topic, payload, receivedAt }: BrokerMessage, dialect: Dialect | undefined): Submission {
  const refusal = dialect
    ? refuse(
        'MQTT_CLIENT_UNKNOWN',
        `Nobody has a login for ${topic} any more: issue one, then replay this, or discard it.`,
      )
    : refuse('MQTT_TOPIC_UNKNOWN', `No dialect speaks at ${topic}: discard it.`);
  const source = dialect?.source ?? MQTT;
  return { source, receivedAt, payload, context: { topic }, sender: refusal, open: () => refusal };
}
