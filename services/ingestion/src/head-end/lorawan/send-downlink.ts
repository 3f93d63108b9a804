import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  decodeDownlink,
  encodeDownlink,
  encodeDownlinkCommand,
  isDecodeError,
  switchesSupply,
  type PayloadCodec,
} from '@metermesh/protocols';
import { NATS } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import { Downlinks, type DownlinkRow } from '../../adapters/downlink.table.ts';
import { KnownMeters } from '../../adapters/known-meters.table.ts';
import { LorawanRoutes, type LorawanRoute } from '../../adapters/lorawan-route.table.ts';
import type { KnownMeter } from '../../domain/known-meter.ts';
import { undecodable } from '../decode-dlms-frame.ts';
import { subjectOfTopic } from '../mqtt/topic.ts';
import { codecOf, PayloadCodecs } from './payload-codecs.ts';

/** Either octets with their port, or a command for the meter's codec. */
export interface DownlinkOrder {
  readonly serialNumber: string;
  readonly port?: number;
  readonly payload?: Uint8Array;
  readonly command?: Readonly<Record<string, unknown>>;
  readonly confirmed: boolean;
  readonly requestedBy: string;
  readonly reason: string;
}

type Content = { readonly port: number; readonly bytes: Uint8Array };

const LONGEST_PAYLOAD = 242;

/** Has the network server of a LoRaWAN device send it something, and keeps who asked for it. */
@Injectable()
export class SendDownlink {
  constructor(
    private readonly meters: KnownMeters,
    private readonly codecs: PayloadCodecs,
    private readonly routes: LorawanRoutes,
    private readonly downlinks: Downlinks,
    @Inject(NATS) private readonly connection: NatsConnection,
  ) {}

  /**
   * Refuses with METER_NOT_FOUND, DOWNLINK_INVALID, DOWNLINK_SWITCHES_SUPPLY, METER_NOT_REACHABLE_BY_LORAWAN and the codes of
   * payload codecs. It is written down before it is handed on: what is not sent then stays REQUESTED.
   */
  async send(order: DownlinkOrder): Promise<DownlinkRow | Refusal> {
    const sender = { serialNumbers: [order.serialNumber] };
    const meter = (await this.meters.ofSenders([sender]))(sender);
    if (!meter) return refuse('METER_NOT_FOUND', `No meter ${order.serialNumber} is registered.`);
    const content = await this.contentOf(order, meter);
    if (isRefusal(content)) return content;
    const { addresses, concentratorId } = meter;
    const route = concentratorId === undefined ? undefined : await this.routes.to(addresses, concentratorId);
    if (!route) {
      return refuse(
        'METER_NOT_REACHABLE_BY_LORAWAN',
        `No network server of meter ${meter.serialNumber}'s concentrator has been heard with it: assign it, and let it send first.`,
      );
    }
    const { serialNumber, confirmed, requestedBy, reason, command } = order;
    const { port, bytes: payload } = content;
    const id = randomUUID();
    const row = await this.downlinks.request({
      ...{ id, serialNumber, address: route.address, client: route.client, port, payload },
      ...{ confirmed, requestedBy, reason, command },
    });
    this.handOn(route, { id, ...content, confirmed });
    await this.connection.flush();
    return row;
  }

  private async contentOf(order: DownlinkOrder, meter: KnownMeter): Promise<Content | Refusal> {
    const codec =
      meter.payloadCodec === undefined && order.payload ? undefined : await codecOf(this.codecs, meter);
    if (isRefusal(codec)) return codec;
    if (order.command && !order.payload && codec) return this.encoded(order.command, order.port, codec);
    const { payload: bytes, port } = order;
    if (
      !bytes ||
      order.command ||
      bytes.length === 0 ||
      bytes.length > LONGEST_PAYLOAD ||
      !port ||
      port > 223
    ) {
      return refuse(
        'DOWNLINK_INVALID',
        `Give either a command, or a payload of 1 to ${LONGEST_PAYLOAD} octets and an fPort from 1 to 223.`,
      );
    }
    return (codec && this.refusedOctets({ port, bytes }, codec)) ?? { port, bytes };
  }

  private encoded(command: Readonly<Record<string, unknown>>, port: number | undefined, codec: PayloadCodec) {
    if (switchesSupply(codec.mapping, command)) return switching(codec);
    const encoded = encodeDownlink(this.codecs.sandbox, codec, command, port);
    return isDecodeError(encoded) ? undecodable(encoded) : encoded;
  }

  /** Octets for a device that can switch must be readable, so that it shows that they do not. */
  private refusedOctets(content: Content, codec: PayloadCodec): Refusal | undefined {
    if (!codec.mapping?.switching.size) return undefined;
    const decoded = decodeDownlink(this.codecs.sandbox, codec, content);
    return isDecodeError(decoded) || switchesSupply(codec.mapping, decoded.data)
      ? switching(codec)
      : undefined;
  }

  private handOn(
    route: LorawanRoute,
    { id, port, bytes, confirmed }: Content & { id: string; confirmed: boolean },
  ): void {
    const { network, applicationId, deviceId, client, isBelowName } = route;
    const { topic, payload } = encodeDownlinkCommand({
      ...{ network, applicationId, deviceId, reference: id, port, payload: bytes, confirmed },
    });
    this.connection.publish(subjectOfTopic(isBelowName ? `bridges/${client}/${topic}` : topic), payload);
  }
}

function switching({ name }: PayloadCodec): Refusal {
  return refuse(
    'DOWNLINK_SWITCHES_SUPPLY',
    `Codec "${name}" marks this as switching a supply, or it cannot be told: switch with an end-device control, which asks for approval.`,
  );
}
