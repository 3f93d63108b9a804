import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  MeterInstalledSchema,
  MeterKeysSetSchema,
  MeterRegisteredSchema,
  MeterRemovedSchema,
  ServiceKind,
  UsagePointRegisteredSchema,
  type UsagePointRegistered,
} from '@metermesh/contracts';

/** Messages that specifications begin with, right in all but what is given. */
export const aUsagePoint = (change: Partial<UsagePointRegistered> = {}) =>
  create(UsagePointRegisteredSchema, {
    usagePointId: 'UP-1',
    serviceKind: ServiceKind.ELECTRICITY,
    timeZone: 'Asia/Seoul',
    address: 'Jong-ro 1, Seoul',
    feeder: 'F-12',
    ...change,
  });

export const aMeter = (change: MessageInitShape<typeof MeterRegisteredSchema> = {}) =>
  create(MeterRegisteredSchema, {
    serialNumber: 'M-1',
    manufacturer: 'Acme',
    serviceKind: ServiceKind.ELECTRICITY,
    systemTitle: Buffer.from('4D4D4D0000000001', 'hex'),
    multiplier: '1',
    dialDigits: 8,
    networkAddress: 'dlms-tcp://10.0.0.7:4059?server=1',
    channels: [{ readingType: 'active-energy-import', obis: '1.0.1.29.0.255', intervalSeconds: 900 }],
    ...change,
  });

export const keysOf = (serialNumber: string, seal: number) =>
  create(MeterKeysSetSchema, { serialNumber, sealedEncryptionKey: new Uint8Array(44).fill(seal) });

/** `at` is a day of October 2026, UTC. */
export const installation = (
  at: number,
  {
    serialNumber = 'M-1',
    usagePointId = 'UP-1',
    readingTypes = ['active-energy-import'],
    submeter = '',
  } = {},
) =>
  create(MeterInstalledSchema, {
    serialNumber,
    usagePointId,
    installedAt: timestampFromDate(day(at)),
    registerReads: [{ obis: '1.0.1.8.0.255', value: 0n, scaler: 0, unit: 'Wh' }],
    readingTypes,
    submeter,
  });

export const removal = (at: number, { serialNumber = 'M-1', usagePointId = 'UP-1', value = 1234n } = {}) =>
  create(MeterRemovedSchema, {
    serialNumber,
    usagePointId,
    removedAt: timestampFromDate(day(at)),
    registerReads: [{ obis: '1.0.1.8.0.255', value, scaler: -1, unit: 'kWh' }],
  });

export const day = (at: number): Date => new Date(Date.UTC(2026, 9, at));
/** The first of November. */
export const now = Date.UTC(2026, 10, 1);
