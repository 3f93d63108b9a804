import type { Message } from '../networks/device.ts';
import { NotConfirmed, PushConnection } from '../push-connection.ts';
import type { Answer, Carrier } from './carriers.ts';
import { persistently } from './persistently.ts';

type DlmsMessage = Extract<Message, { via: 'dlms' }>;

/** What the head-end refuses it does not confirm. */
const CONFIRM_WITHIN_MS = 10_000;

/** Connections with the DLMS wrapper: of one meter, or of all meters of a concentrator at once. */
export class DlmsLines implements Carrier<DlmsMessage> {
  private readonly host: string;
  private readonly port: number;
  private readonly lines = new Map<string, Promise<PushConnection>>();

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  send({ line, port, push }: DlmsMessage): Promise<Answer> {
    return persistently(async () => {
      try {
        await (await this.open(line)).send(push, CONFIRM_WITHIN_MS, port);
        return 'accepted';
      } catch (error) {
        if (error instanceof NotConfirmed) return 'refused';
        this.lines.delete(line);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    for (const line of this.lines.values()) (await line).close();
    this.lines.clear();
  }

  private open(line: string): Promise<PushConnection> {
    const opened = this.lines.get(line) ?? PushConnection.open(this.host, this.port);
    this.lines.set(line, opened);
    return opened;
  }
}
