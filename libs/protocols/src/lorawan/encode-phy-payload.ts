import { loraPacket } from './lora-packet.ts';

export interface DataMessageFields {
  readonly direction?: 'up' | 'down';
  readonly confirmed?: boolean;
  /** Hexadecimal, 8 digits, most significant first. */
  readonly devAddr: string;
  /** 32 bits. */
  readonly frameCounter: number;
  readonly port?: number;
  readonly payload: Uint8Array;
  readonly macCommands?: Uint8Array;
  readonly acknowledges?: boolean;
  readonly networkKey: Uint8Array;
  readonly applicationKey: Uint8Array;
}

/** A data message, encrypted and with its code, as a device (or a network) sends it: TS001-1.0.4, clause 4. */
export function encodeDataMessage(fields: DataMessageFields): Uint8Array {
  const {
    direction = 'up',
    confirmed = false,
    frameCounter,
    port,
    payload,
    macCommands,
    acknowledges,
  } = fields;
  const packet = loraPacket.fromFields(
    {
      MType: `${confirmed ? 'Confirmed' : 'Unconfirmed'} Data ${direction === 'up' ? 'Up' : 'Down'}`,
      DevAddr: Buffer.from(fields.devAddr, 'hex'),
      FCnt: frameCounter & 0xffff,
      FPort: payload.length > 0 ? (port ?? 1) : undefined,
      FOpts: Buffer.from(macCommands ?? []),
      FCtrl: { ACK: acknowledges },
      payload: Buffer.from(payload),
    },
    Buffer.from(fields.applicationKey),
    Buffer.from(fields.networkKey),
    undefined,
    Buffer.of((frameCounter >>> 16) & 0xff, frameCounter >>> 24),
  );
  if (payload.length === 0) {
    // The library leaves the code of messages without a payload to its caller.
    loraPacket.recalculateMIC(
      packet,
      Buffer.from(fields.networkKey),
      undefined,
      Buffer.of((frameCounter >>> 16) & 0xff, frameCounter >>> 24),
    );
  }
  return new Uint8Array(packet.PHYPayload!);
}

/** EUIs and nonce are hexadecimal, most significant digit first. */
export function encodeJoinRequest(fields: {
  readonly joinEui: string;
  readonly devEui: string;
  readonly devNonce: string;
  readonly rootKey: Uint8Array;
}): Uint8Array {
  const packet = loraPacket.fromFields(
    {
      MType: 'Join Request',
      AppEUI: Buffer.from(fields.joinEui, 'hex'),
      DevEUI: Buffer.from(fields.devEui, 'hex'),
      DevNonce: Buffer.from(fields.devNonce, 'hex'),
    },
    undefined,
    undefined,
    Buffer.from(fields.rootKey),
  );
  return new Uint8Array(packet.PHYPayload!);
}
