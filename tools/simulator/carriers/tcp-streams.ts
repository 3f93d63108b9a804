import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Message } from '../networks/device.ts';
import type { Answer, Carrier } from './carriers.ts';
import { persistently } from './persistently.ts';

type StreamMessage = Extract<Message, { via: 'tcp' }>;

/** Streams of frames, one connection a device. Nobody answers; what is sent is taken when the other side closes in turn. */
export class TcpStreams implements Carrier<StreamMessage> {
  private readonly host: string;
  private readonly ports: Readonly<Record<string, number>>;
  private readonly streams = new Map<string, Promise<Socket>>();

  constructor(host: string, ports: Readonly<Record<string, number>>) {
    this.host = host;
    this.ports = ports;
  }

  send({ protocol, line, octets }: StreamMessage): Promise<Answer> {
    return persistently<Answer>(async () => {
      const stream = await this.open(line, this.ports[protocol]!);
      await new Promise<void>((resolve, reject) =>
        stream.write(octets, (error) => (error ? reject(error) : resolve())),
      );
      return 'sent';
    });
  }

  async close(): Promise<void> {
    const open = await Promise.all(this.streams.values());
    await Promise.all(
      open.map((stream) => {
        const closed = once(stream, 'close');
        stream.end();
        return closed;
      }),
    );
  }

  private open(line: string, port: number): Promise<Socket> {
    const known = this.streams.get(line);
    if (known) return known;
    const opened = new Promise<Socket>((resolve, reject) => {
      const stream = connect({ host: this.host, port, noDelay: true }, () => resolve(stream));
      stream.resume();
      stream.once('error', reject);
      stream.once('close', () => this.streams.delete(line));
    });
    opened.catch(() => this.streams.delete(line));
    this.streams.set(line, opened);
    return opened;
  }
}
