import { DecodeError, isDecodeError } from '../decode-error.ts';
import type { ProtocolCodec } from '../protocol-codec.ts';
import { decodeWritten } from './mqtt-text.ts';
import { decodeShelly, decodeShellyJson } from './shelly.ts';
import { decodeTasmotaJson, hasTasmotaReadings } from './tasmota.ts';

const nothing = (code: string) =>
  new DecodeError(
    code,
    'There is no message with readings or events: give lines of "topic {json}", as mosquitto_sub -v prints them.',
    0,
  );

export const tasmota: ProtocolCodec = {
  protocol: 'tasmota',
  standard: 'Tasmota 6 and later: JSON telemetry over MQTT',
  input: 'text',
  decode: (bytes, options) =>
    decodeWritten(bytes, {
      nothing: nothing('TASMOTA_NOTHING_READ'),
      decode: ({ topic, json }) => {
        if (topic !== undefined && !hasTasmotaReadings(topic)) return undefined;
        return isDecodeError(json) ? json : decodeTasmotaJson(topic ?? '', json, undefined, options);
      },
    }),
};

export const shelly: ProtocolCodec = {
  protocol: 'shelly',
  standard: 'Shelly Gen1 MQTT topics; Gen2+ RPC notifications and status topics',
  input: 'text',
  decode: (bytes) =>
    decodeWritten(bytes, {
      nothing: nothing('SHELLY_NOTHING_READ'),
      decode: ({ topic, json, text }) => {
        if (topic !== undefined && text !== '') return decodeShelly({ topic, payload: Buffer.from(text) });
        return isDecodeError(json) ? json : decodeShellyJson(topic ?? '', json);
      },
    }),
};
