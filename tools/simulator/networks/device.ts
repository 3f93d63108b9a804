import type { ServiceKind } from '@metermesh/metering';
import type { Push } from '../dlms-meter.ts';
import type { MeteredSupply } from '../metered-supply.ts';

/** A message of a device, and how it travels. */
export type Message =
  | {
      readonly via: 'dlms';
      /** Whose connection to the head-end carries it: the meter's own, or a concentrator's. */
      readonly line: string;
      /** The meter's wrapper port on it. */
      readonly port: number;
      readonly push: Push;
    }
  | { readonly via: 'tcp'; readonly protocol: string; readonly line: string; readonly octets: Uint8Array }
  | { readonly via: 'http'; readonly protocol: string; readonly octets: Uint8Array }
  | {
      readonly via: 'mqtt';
      readonly client: string;
      readonly topic: string;
      readonly payload: Uint8Array;
    };

/** What a channel of a meter measures, and what it should be found to have measured. */
export interface DeviceChannel {
  readonly readingType: string;
  readonly intervalSeconds: number;
  /** The truth: value of the interval that starts then, in the unit of the reading type. */
  value(start: number): number;
}

/** A meter as the device registry is told of it. */
export interface DeviceMeter {
  readonly serialNumber: string;
  readonly usagePointId: string;
  readonly serviceKind: ServiceKind;
  readonly submeter?: string;
  readonly addresses?: readonly string[];
  /** Hexadecimal, like the keys. */
  readonly systemTitle?: string;
  readonly encryptionKey?: string;
  readonly authenticationKey?: string;
  readonly payloadCodec?: string;
  readonly channels: readonly DeviceChannel[];
  /** What its register counts, where it has one. */
  readonly supply?: MeteredSupply;
}

/** A dialect of a login at the MQTT broker, as the device registry names it. */
export type MqttDialect = 'FRAMES' | 'TASMOTA' | 'SHELLY' | 'ZIGBEE2MQTT' | 'CHIRPSTACK' | 'THE_THINGS_STACK';

/** Something on a network that knows its truth and tells of it. */
export interface SimulatedDevice {
  /** Its own first; then those that it speaks for, as a P1 port does for the gas meter. */
  readonly meters: readonly [DeviceMeter, ...DeviceMeter[]];
  /** How often it sends. */
  readonly everySeconds: number;
  /** How long after the full period: devices without a clock send at a time of their own. */
  readonly phaseSeconds: number;
  /** Through which concentrator it speaks. */
  readonly gateway?: string;
  /** As what it logs in at the MQTT broker, where it does so itself: under its serial number. */
  readonly dialect?: MqttDialect;
  /** What it sends at the end of (from, to], milliseconds since 1970. */
  tell(from: number, to: number): Message;
}

/** What a device is made of. */
export interface DeviceSettings {
  readonly serialNumber: string;
  readonly usagePointId: string;
  readonly submeter?: string;
  /** Makes keys and addresses of a network's devices. Whoever knows it knows the keys. */
  readonly seed: string;
  /** Number of the device among those of its network, from 0. */
  readonly number: number;
  readonly everySeconds: number;
  readonly phaseSeconds: number;
  readonly gateway?: string;
  /** By how much its clock is ahead, milliseconds. */
  readonly clockAhead: number;
}
