import type { Message } from '../networks/device.ts';
import { DlmsLines } from './dlms-lines.ts';
import { HttpFrames } from './http-frames.ts';
import { MqttClients } from './mqtt-clients.ts';
import { TcpStreams } from './tcp-streams.ts';

/** Where a mesh takes what devices send. */
export interface HeadEndAddresses {
  readonly host: string;
  /** Of the DLMS listener. */
  readonly dlmsPort: number;
  /** Of the listeners of streams, by protocol. */
  readonly streamPorts: Readonly<Record<string, number>>;
  /** E.g. `http://127.0.0.1:4002/frames`. */
  readonly framesUrl: string;
  readonly uploadToken: string;
  /** E.g. `mqtt://127.0.0.1:1883`. */
  readonly mqttUrl: string;
}

/**
 * What the other side made of a message: `accepted` where it says that it is stored (DLMS and HTTP) or will be (MQTT, where
 * the broker has it), `sent` where the network has no answer, `refused` where it said so or did not confirm.
 */
export type Answer = 'accepted' | 'sent' | 'refused';

/** One network's way to the head-end. */
export interface Carrier<Carried extends Message = Message> {
  /** @throws where the other side cannot be reached for long */
  send(message: Carried): Promise<Answer>;
  /** Resolves once all that was sent has been taken. */
  close(): Promise<void>;
}

type CarrierOf = { [Via in Message['via']]: Carrier<Extract<Message, { via: Via }>> };

/** Every way to one mesh. Connections are opened when something first needs them, and stay. */
export class Carriers implements Carrier {
  private readonly carriers: CarrierOf;

  /** @param passwords of the broker's clients, by name */
  constructor(headEnd: HeadEndAddresses, passwords: ReadonlyMap<string, string>) {
    this.carriers = {
      dlms: new DlmsLines(headEnd.host, headEnd.dlmsPort),
      tcp: new TcpStreams(headEnd.host, headEnd.streamPorts),
      http: new HttpFrames(headEnd.framesUrl, headEnd.uploadToken),
      mqtt: new MqttClients(headEnd.mqttUrl, passwords),
    };
  }

  send(message: Message): Promise<Answer> {
    const carrier = this.carriers[message.via] as Carrier;
    return carrier.send(message);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.carriers).map((carrier) => carrier.close()));
  }
}
