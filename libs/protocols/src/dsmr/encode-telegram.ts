import { telegramChecksum } from './checksum.ts';
import { formatTimestamp } from './time.ts';

/** A reading as a meter prints it: `1.0.1.8.1.255` with `value` `1581.123` and `unit` `kWh`. */
export interface P1Reading {
  readonly obis: string;
  /** Digits as the telegram has them, or other text. */
  readonly value: string;
  /** With its prefix, as the telegram has it. */
  readonly unit?: string;
  /** When it was captured, milliseconds since 1970. */
  readonly capturedAt?: number;
}

export interface P1MBusDevice {
  /** 1 to 4. */
  readonly channel: number;
  /** EN 13757-3: 3 gas, 4 heat, 7 water. */
  readonly type: number;
  readonly identifier: string;
  readonly value: string;
  readonly unit: string;
  readonly capturedAt: number;
}

export interface P1Telegram {
  /** Behind `/`: three letters, 5, name; e.g. `MMS5METERMESH`. */
  readonly identification: string;
  /** `42` for DSMR 4.2, `50` for 5.0. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Printable ASCII. */
  readonly identifier: string;
  readonly readings: readonly P1Reading[];
  readonly devices?: readonly P1MBusDevice[];
  /** Long power failures: when each ended, milliseconds since 1970, and its seconds. */
  readonly powerFailures?: readonly { readonly endedAt: number; readonly seconds: number }[];
}

/** A telegram of DSMR 4 and 5 with its check (DSMR P1 5.0, 6); times are Central European. */
export function encodeTelegram(telegram: P1Telegram): Uint8Array {
  const { identification, version, sentAt, identifier, readings, devices = [], powerFailures } = telegram;
  const lines = [
    `/${identification}`,
    '',
    `1-3:0.2.8(${version})`,
    `0-0:1.0.0(${formatTimestamp(sentAt)})`,
    `0-0:96.1.1(${octetText(identifier)})`,
    ...readings.map(readingLine),
    ...(powerFailures ? [powerFailureLine(powerFailures)] : []),
    ...devices.flatMap(deviceLines),
    '!',
  ];
  const text = Buffer.from(lines.join('\r\n'), 'latin1');
  const check = telegramChecksum(text).toString(16).toUpperCase().padStart(4, '0');
  return Buffer.concat([text, Buffer.from(`${check}\r\n`)]);
}

function readingLine({ obis, value, unit, capturedAt }: P1Reading): string {
  const time = capturedAt === undefined ? '' : `(${formatTimestamp(capturedAt)})`;
  return `${referenceOf(obis)}${time}(${value}${unit ? `*${unit}` : ''})`;
}

function powerFailureLine(failures: NonNullable<P1Telegram['powerFailures']>): string {
  const rows = failures.map(
    ({ endedAt, seconds }) => `(${formatTimestamp(endedAt)})(${String(seconds).padStart(10, '0')}*s)`,
  );
  return `1-0:99.97.0(${failures.length})(0-0:96.7.19)${rows.join('')}`;
}

function deviceLines({ channel, type, identifier, value, unit, capturedAt }: P1MBusDevice): string[] {
  return [
    `0-${channel}:24.1.0(${String(type).padStart(3, '0')})`,
    `0-${channel}:96.1.0(${octetText(identifier)})`,
    `0-${channel}:24.2.1(${formatTimestamp(capturedAt)})(${value}*${unit})`,
  ];
}

/** `1.0.1.8.1.255` as `1-0:1.8.1`. */
function referenceOf(obis: string): string {
  const [a, b, c, d, e] = obis.split('.');
  return `${a}-${b}:${c}.${d}.${e}`;
}

const octetText = (text: string) => Buffer.from(text, 'latin1').toString('hex').toUpperCase();
