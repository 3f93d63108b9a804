import type { Message } from '../networks/device.ts';
import type { Answer, Carrier } from './carriers.ts';
import { persistently } from './persistently.ts';

type HttpMessage = Extract<Message, { via: 'http' }>;

/** Frames posted one by one to the head-end, as gateways do that have no broker. */
export class HttpFrames implements Carrier<HttpMessage> {
  private readonly url: string;
  private readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  send({ protocol, octets }: HttpMessage): Promise<Answer> {
    return persistently(async () => {
      const response = await fetch(`${this.url}/${protocol}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/octet-stream' },
        body: Buffer.from(octets),
      });
      if (!response.ok) throw new Error(`${this.url}/${protocol} answered ${response.status}.`);
      const { refused } = (await response.json()) as { refused: number };
      return refused === 0 ? 'accepted' : 'refused';
    });
  }

  async close(): Promise<void> {}
}
