import { attempt, isDecodeError, type DecodeError } from '../decode-error.ts';
import { toHex } from '../hex.ts';
import {
  UNNAMED,
  type DecodedEvent,
  type DecodedMeasurement,
  type DecodedPush,
  type DecodeWarning,
} from '../measurement.ts';
import type { CodecOptions, ProtocolCodec } from '../protocol-codec.ts';
import { BATTERY_CHARGE } from './environment-obis.ts';
import { deviceStatusOf, type MacCommand } from './mac-commands.ts';
import { readPhyPayload, type DataMessage, type PhyPayload } from './phy-payload.ts';

/**
 * PHYPayloads as a gateway hears them. What the octets of an application mean is the payload codec's to say: the
 * payload is one measurement in hexadecimal here. For joins either key is taken for the device's root key.
 */
export const lorawan: ProtocolCodec = {
  protocol: 'lorawan',
  standard: 'LoRaWAN: TS001-1.0.4, PHYPayload',
  input: 'hex',
  decode(frame, options) {
    const decoded = read(frame, options);
    return [isDecodeError(decoded) ? decoded : pushOf(decoded)];
  },
};

/**
 * A PHYPayload of which `readPayload` reads what the application sent; all else, and what no key opens, as in
 * {@link lorawan}.
 */
export function readPhyPayloadWith(
  frame: Uint8Array,
  options: CodecOptions,
  readPayload: (bytes: Uint8Array, port: number) => DecodedPush | DecodeError,
): DecodedPush | DecodeError {
  const decoded = read(frame, options);
  if (isDecodeError(decoded)) return decoded;
  const outer = pushOf(decoded);
  // What is sent to a device is no uplink, though its payload may look like one.
  if (decoded.kind !== 'data' || decoded.direction === 'down' || decoded.isEncrypted || !decoded.port)
    return outer;
  const inner = readPayload(decoded.payload, decoded.port);
  if (isDecodeError(inner)) return inner;
  const ofNetwork = outer.measurements.filter(({ quantity }) => quantity !== 'payload');
  return {
    ...outer,
    measurements: [...inner.measurements, ...ofNetwork],
    events: [...inner.events, ...outer.events],
    warnings: [...inner.warnings, ...outer.warnings],
  };
}

function read(
  frame: Uint8Array,
  { encryptionKey, authenticationKey }: CodecOptions,
): PhyPayload | DecodeError {
  return attempt(() =>
    readPhyPayload(frame, {
      application: encryptionKey,
      network: authenticationKey,
      root: encryptionKey ?? authenticationKey,
    }),
  );
}

function pushOf(message: PhyPayload): DecodedPush {
  const empty = { authenticated: message.authenticated, measurements: [], loadProfiles: [], warnings: [] };
  switch (message.kind) {
    case 'data':
      return dataPush(message);
    case 'join-request': {
      const { devEui, joinEui, devNonce } = message;
      return {
        ...empty,
        device: { address: `lorawan:${devEui}` },
        events: [{ code: 'join-request', name: `JoinEUI ${joinEui}, DevNonce ${devNonce}`, type: 'other' }],
      };
    }
    case 'join-accept': {
      const { devAddr, netId, joinNonce } = message;
      const name = `DevAddr ${devAddr}, NetID ${netId}, JoinNonce ${joinNonce}`;
      return { ...empty, device: {}, events: [{ code: 'join-accept', name, type: 'other' }] };
    }
    case 'rejoin-request':
    case 'proprietary':
      return { ...empty, device: {}, measurements: [raw(message.kind, message.content)], events: [] };
  }
}

function dataPush(message: DataMessage): DecodedPush {
  const { authenticated, confirmed, direction, devAddr, frameCounter, macCommands } = message;
  const { port, payload, isEncrypted } = message;
  const warnings: DecodeWarning[] = [];
  if (direction === 'down') {
    warnings.push({ code: 'LORAWAN_DOWNLINK', message: 'This was sent to the device: it is no reading.' });
  }
  if (authenticated === undefined) {
    warnings.push({
      code: 'LORAWAN_NOT_AUTHENTICATED',
      message: 'Without the network session key (NwkSKey) nobody knows whether this frame is genuine.',
    });
  }
  if (isEncrypted) {
    warnings.push({
      code: 'LORAWAN_KEY_MISSING',
      message:
        port === 0
          ? 'Port 0 is encrypted with the network session key: give NwkSKey.'
          : 'The payload is as it was sent, encrypted: give the application session key (AppSKey).',
    });
  }
  return {
    device: { logicalDeviceName: `DevAddr ${devAddr}` },
    invocationCounter: frameCounter,
    authenticated,
    confirmed,
    measurements: [
      ...(payload.length > 0 && (port !== 0 || isEncrypted) ? [raw(`fport:${port}`, payload)] : []),
      ...macCommands.flatMap(statusMeasurements),
    ],
    loadProfiles: [],
    events: macCommands.map(macEvent),
    warnings,
  };
}

const raw = (code: string, octets: Uint8Array): DecodedMeasurement => ({
  obis: UNNAMED,
  code,
  quantity: 'payload',
  value: toHex(octets),
});

function macEvent({ identifier, name, content }: MacCommand): DecodedEvent {
  return {
    code: `mac:${toHex(Uint8Array.of(identifier))}`,
    name: `${name ?? 'unknown MAC command'}${content.length > 0 ? ` ${toHex(content)}` : ''}`,
    type: 'other',
  };
}

function statusMeasurements(command: MacCommand): DecodedMeasurement[] {
  const status = deviceStatusOf(command);
  if (!status) return [];
  const margin = {
    obis: UNNAMED,
    code: 'mac:06',
    quantity: 'reception margin',
    value: String(status.margin),
    unit: 'dB',
  };
  if (typeof status.battery !== 'number') return [margin];
  return [
    { obis: BATTERY_CHARGE, quantity: 'battery charge', value: String(status.battery), unit: '%' },
    margin,
  ];
}
