import mqtt, { type MqttClient } from 'mqtt';
import type { Message } from '../networks/device.ts';
import type { Answer, Carrier } from './carriers.ts';
import { persistently } from './persistently.ts';

type MqttMessage = Extract<Message, { via: 'mqtt' }>;

/** Clients of the broker, each with a login of its own. Messages are of quality of service 1: the broker has stored them. */
export class MqttClients implements Carrier<MqttMessage> {
  private readonly url: string;
  private readonly passwords: ReadonlyMap<string, string>;
  private readonly clients = new Map<string, Promise<MqttClient>>();

  constructor(url: string, passwords: ReadonlyMap<string, string>) {
    this.url = url;
    this.passwords = passwords;
  }

  async send({ client, topic, payload }: MqttMessage): Promise<Answer> {
    const connected = await this.open(client);
    await connected.publishAsync(topic, Buffer.from(payload), { qos: 1 });
    return 'accepted';
  }

  async close(): Promise<void> {
    for (const client of this.clients.values()) await (await client).endAsync();
    this.clients.clear();
  }

  /** The broker hears of a new login a moment after it was issued. */
  private open(client: string): Promise<MqttClient> {
    const known = this.clients.get(client);
    if (known) return known;
    const opened = persistently(() =>
      mqtt.connectAsync(
        this.url,
        { clientId: client, username: client, password: this.passwords.get(client), reconnectPeriod: 1000 },
        false,
      ),
    );
    this.clients.set(client, opened);
    return opened;
  }
}
