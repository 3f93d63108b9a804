import { encodeDataMessage } from '@metermesh/protocols';
import type { DecodeCase } from './decode-case.ts';

const networkKey = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');
const applicationKey = networkKey.toReversed();
/** A heat meter's message of eight records, as its module sends it every hour. */
const payload = Buffer.from(
  '150405FC437F0E04134091982202' + '2E9015023C482B0259D825025DE8140C782794817904FD1700000100',
  'hex',
);

const lorawan: DecodeCase = {
  protocol: 'lorawan',
  label: 'PHYPayload of 42 octets, proven and opened',
  frame: encodeDataMessage({
    devAddr: '26011234',
    frameCounter: 42,
    port: 2,
    payload,
    networkKey,
    applicationKey,
  }),
  options: { authenticationKey: networkKey, encryptionKey: applicationKey },
  readings: 1,
  json: JSON.stringify({
    device: { devAddr: '26011234' },
    measurements: [{ obis: '0.0.0.0.0.0', value: payload.toString('hex'), time: '2026-03-01T12:00:00Z' }],
  }),
  cipher: { algorithm: 'aes-128-ctr', octets: payload.length },
};

export default lorawan;
