import { attempt, type DecodeError } from '../../decode-error.ts';
import type { MqttMessage } from '../../mqtt-message.ts';
import { readChirpstack } from './chirpstack.ts';
import { readTheThingsStack } from './the-things-stack.ts';

export type NetworkServer = 'chirpstack' | 'the-things-stack';

interface Message {
  readonly network: NetworkServer;
  /** `lorawan:` and the DevEUI; absent where the message names its device by `deviceId` alone. */
  readonly address?: string;
  readonly applicationId?: string;
  /** The Things Stack's name of the device. */
  readonly deviceId?: string;
  /** By the network's clock, ISO 8601 in UTC. */
  readonly time?: string;
}

export interface UplinkMessage extends Message {
  readonly kind: 'uplink';
  readonly address: string;
  readonly port: number;
  readonly payload: Uint8Array;
  readonly frameCounter: number;
  readonly confirmed: boolean;
  /** Percent, where the network knows it of the device. */
  readonly battery?: number;
}

/** What became of a downlink. `sent` is not yet `acknowledged`, which only confirmed ones are. */
export interface DownlinkMessage extends Message {
  readonly kind: 'downlink';
  readonly outcome: 'queued' | 'sent' | 'acknowledged' | 'not-acknowledged' | 'failed';
  /** By which whoever sent it knows it again: ChirpStack's queue item, The Things Stack's correlation ids. */
  readonly references: readonly string[];
  readonly reason?: string;
}

/** The answer to DevStatusReq. */
export interface StatusMessage extends Message {
  readonly kind: 'status';
  readonly address: string;
  /** Percent; absent where it is not known. */
  readonly battery?: number | 'external';
  /** dB */
  readonly margin?: number;
}

export interface NoticeMessage extends Message {
  readonly kind: 'notice';
  readonly address: string;
  /** `join`, or the code of a log entry, e.g. `UPLINK_MIC`. */
  readonly code: string;
  readonly description?: string;
}

export type NetworkServerMessage = UplinkMessage | DownlinkMessage | StatusMessage | NoticeMessage;

/**
 * What a LoRaWAN network server tells over MQTT, by its topic: ChirpStack v4 (`application/…`) and The Things Stack v3
 * (`v3/…`), as JSON. `undefined` of what is neither uplink nor outcome nor notice: locations, other integrations' results,
 * commands on their way down, simulated uplinks.
 * Errors: `JSON_INVALID`, `JSON_TOO_LONG`, `JSON_TOO_DEEP`, `MESSAGE_DEVICE_INVALID`, `MESSAGE_PAYLOAD_INVALID`,
 * `MESSAGE_PORT_INVALID`, `MESSAGE_DEVICE_MISMATCH`.
 */
export function readNetworkServerMessage({
  topic,
  payload,
}: MqttMessage): NetworkServerMessage | DecodeError | undefined {
  const levels = topic.split('/');
  return attempt(() => {
    if (levels[0] === 'application') return readChirpstack(levels, payload);
    return levels[0] === 'v3' ? readTheThingsStack(levels, payload) : undefined;
  });
}
