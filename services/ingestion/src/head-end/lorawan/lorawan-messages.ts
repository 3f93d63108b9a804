import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  batteryCharge,
  decodeUplink,
  isDecodeError,
  pushOfNotice,
  pushOfStatus,
  pushOfUplink,
  readNetworkServerMessage,
  type DecodedPush,
  type NoticeMessage,
  type PayloadCodec,
  type StatusMessage,
  type UplinkMessage,
} from '@metermesh/protocols';
import { Downlinks } from '../../adapters/downlink.table.ts';
import { KnownMeters } from '../../adapters/known-meters.table.ts';
import { LorawanRoutes } from '../../adapters/lorawan-route.table.ts';
import type { Submission } from '../../submission.ts';
import { undecodable } from '../decode-dlms-frame.ts';
import { admitted, type ClientMessage } from '../mqtt/dialect.ts';
import { codecOf, PayloadCodecs } from './payload-codecs.ts';

/**
 * What a LoRaWAN network server publishes: uplinks and the network's notices become submissions, outcomes of downlinks are
 * noted, and where a device is reached is remembered.
 */
@Injectable()
export class LorawanMessages {
  constructor(
    private readonly meters: KnownMeters,
    private readonly codecs: PayloadCodecs,
    private readonly routes: LorawanRoutes,
    private readonly downlinks: Downlinks,
  ) {}

  async submissionsOf(message: ClientMessage): Promise<readonly Submission[]> {
    const said = readNetworkServerMessage(message);
    if (said === undefined) return [];
    if (isDecodeError(said)) {
      const refusal = undecodable(said);
      return [submission(message, refusal, () => refusal)];
    }
    if (said.kind === 'downlink') {
      await this.downlinks.settle(said, message.client.client, message.receivedAt);
      return [];
    }
    await this.routes.learn(said, message);
    const sender = { addresses: [said.address], serialNumbers: [] };
    if (said.kind !== 'uplink') return [submission(message, sender, () => pushOf(said))];
    // On port 0 the device speaks to its network alone.
    if (said.payload.length === 0 || (said.network === 'chirpstack' && said.port === 0)) return [];
    // The codec's file is read before the submission, which is opened at once with others of its transaction.
    const meter = (await this.meters.ofSenders([sender]))(sender);
    const codec = meter && (await codecOf(this.codecs, meter));
    return [submission(message, sender, () => codec && this.read(said, codec))];
  }

  private read(uplink: UplinkMessage, codec: PayloadCodec | Refusal): DecodedPush | Refusal {
    if (isRefusal(codec)) return codec;
    const { address, time, payload: bytes, port, battery } = uplink;
    const receivedAt = time ?? new Date(0).toISOString();
    const decoded = decodeUplink(this.codecs.sandbox, codec, { bytes, port, receivedAt });
    if (isDecodeError(decoded)) return undecodable(decoded);
    const push = pushOfUplink(decoded, codec.mapping, { address, receivedAt: time });
    if (battery === undefined) return push;
    return { ...push, measurements: [...push.measurements, batteryCharge(battery)] };
  }
}

const pushOf = (said: StatusMessage | NoticeMessage): DecodedPush =>
  said.kind === 'status' ? pushOfStatus(said) : pushOfNotice(said);

/** @param read answers nothing where the meter was not known when its codec was looked for */
function submission(
  { client, source, receivedAt, payload, context }: ClientMessage,
  sender: Submission['sender'],
  read: () => DecodedPush | Refusal | undefined,
): Submission {
  return {
    source,
    receivedAt,
    payload,
    context,
    sender,
    open: (meter) => admitted(client, meter) ?? read() ?? justRegistered(meter.serialNumber),
  };
}

/** Between looking for the codec and opening: as rare as it is, the message must not be lost. */
function justRegistered(serialNumber: string): Refusal {
  return refuse('UNKNOWN_METER', `Meter ${serialNumber} was registered while this came in: replay it.`);
}
