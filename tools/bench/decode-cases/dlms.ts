import {
  encodeLoadProfilePush,
  encodeWrapper,
  encryptGeneralGlo,
  type LoadProfilePush,
} from '@metermesh/protocols';
import type { DecodeCase } from './decode-case.ts';

const quarterHour = 900_000;
const begin = Date.parse('2026-06-30T15:00:00Z');
const keys = {
  encryptionKey: Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex'),
  authenticationKey: Buffer.from('D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF', 'hex'),
};

/** What a household's meter sends: import and export of each quarter of an hour, and both registers. */
function pushOf(rows: number): LoadProfilePush {
  const energy = (obis: string) => ({ obis, scaler: 0, unitCode: 30 });
  return {
    serialNumber: 'MM00000042',
    invokeId: 7,
    sentAt: begin + rows * quarterHour,
    deviation: -540,
    intervalSeconds: quarterHour / 1000,
    channels: [energy('1.0.1.29.0.255'), energy('1.0.2.29.0.255')],
    rows: Array.from({ length: rows }, (_, index) => ({
      start: begin + index * quarterHour,
      status: 0,
      values: [60 + ((index * 37) % 400), (index * 13) % 90],
    })),
    registers: [
      { ...energy('1.0.1.8.0.255'), value: 12_345_678 },
      { ...energy('1.0.2.8.0.255'), value: 2_345_678 },
    ],
  };
}

/** The push in JSON, row by row as the meter sends it: every interval with its start, status and values. */
function jsonOf({
  serialNumber,
  sentAt,
  intervalSeconds,
  channels,
  rows,
  registers,
}: LoadProfilePush): string {
  return JSON.stringify({
    serialNumber,
    sentAt: new Date(sentAt).toISOString(),
    intervalSeconds,
    channels: channels.map(({ obis }) => ({ obis, unit: 'Wh' })),
    rows: rows.map(({ start, status, values }) => ({ start: new Date(start).toISOString(), status, values })),
    registers: registers!.map(({ obis, value }) => ({ obis, value, unit: 'Wh' })),
  });
}

function casesOf(rows: number): DecodeCase[] {
  const push = pushOf(rows);
  const apdu = encodeLoadProfilePush(push);
  const sealed = encryptGeneralGlo(apdu, {
    systemTitle: Buffer.from('MMS00042'),
    invocationCounter: 9,
    keys,
  });
  const wrapped = (payload: Uint8Array) => encodeWrapper({ source: 1, destination: 1, payload });
  const common = { protocol: 'dlms', readings: rows * 2 + 2, json: jsonOf(push) };
  return [
    { ...common, label: `${rows} rows × 2 channels`, frame: wrapped(apdu) },
    {
      ...common,
      label: `${rows} rows × 2 channels, encrypted`,
      frame: wrapped(sealed),
      options: keys,
      cipher: { algorithm: 'aes-128-gcm', octets: apdu.length },
    },
  ];
}

export default [4, 96, 960].flatMap(casesOf);
