import { existsSync, readFileSync } from 'node:fs';
import {
  decodeUplink,
  isDecodeError,
  parseFieldMapping,
  pushOfUplink,
  Sandbox,
  type DecodedPush,
  type PayloadCodec,
} from '@metermesh/protocols';

export const codecFolder = new URL('../payload-codecs/', import.meta.url).pathname;
const receivedAt = '2026-03-01T12:00:00.000Z';

export function good<T>(value: T) {
  if (isDecodeError(value)) throw new Error(`${value.code} ${value.message}`);
  return value as Exclude<T, { code: string }>;
}

/** The codecs of the service, read and run as it does. */
export function payloadCodecs() {
  const sandbox = new Sandbox();
  const codec = (name: string): PayloadCodec => {
    const beside = `${codecFolder}${name}.mapping.json`;
    const mapping = existsSync(beside) ? good(parseFieldMapping(readFileSync(beside, 'utf8'))) : undefined;
    return { name, code: readFileSync(`${codecFolder}${name}.js`, 'utf8'), mapping };
  };
  const uplink = (name: string, port: number, hex: string, at = receivedAt) =>
    decodeUplink(sandbox, codec(name), { bytes: Buffer.from(hex, 'hex'), port, receivedAt: at });
  const push = (name: string, port: number, hex: string): DecodedPush =>
    pushOfUplink(good(uplink(name, port, hex)), codec(name).mapping, { receivedAt });
  return { sandbox, codec, uplink, push, close: () => sandbox.close() };
}

/** Measurements by quantity, as `value unit obis`. */
export const values = ({ measurements }: DecodedPush) =>
  Object.fromEntries(
    measurements
      .filter(({ obis }) => obis !== '0.0.0.0.0.0')
      .map(({ obis, quantity, value, unit }) => [
        quantity,
        `${value} ${unit ?? ''} ${obis}`.replace('  ', ' '),
      ]),
  );

/** Measurements that have no meaning of their own, by code, as `value unit`. */
export const others = ({ measurements }: DecodedPush) =>
  Object.fromEntries(
    measurements
      .filter(({ obis }) => obis === '0.0.0.0.0.0')
      .map(({ code, value, unit }) => [code!.replace('field:', ''), `${value} ${unit ?? ''}`.trim()]),
  );
