import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  MeterAssignedToConcentratorSchema,
  MeterInstalledSchema,
  MeterRegisteredSchema,
} from '@metermesh/contracts';
import { KnownMeters } from '../src/adapters/known-meters.table.ts';
import type { Sender } from '../src/domain/sender.ts';
import { eventually, registerMeter, runIngestion, type RunningIngestion } from './running-ingestion.ts';

jest.setTimeout(60_000);

describe('a known meter', () => {
  let service: RunningIngestion;
  const find = async (sender: Partial<Sender>) => {
    const named = { serialNumbers: [], ...sender };
    return (await service.app.get(KnownMeters).ofSenders([named]))(named);
  };

  beforeAll(async () => {
    service = await runIngestion();
    await registerMeter(service, {
      serialNumber: 'WATER-1',
      usagePointId: 'UP-1',
      systemTitle: Buffer.from('4d4d580000000001', 'hex'),
      registered: {
        addresses: ['mbus:ELS-12345678', 'lorawan:70B3D57ED0000001'],
        payloadCodec: 'acme/water',
      },
    });
    await registerMeter(service, { serialNumber: 'OTHER', usagePointId: 'UP-2' });
  });
  afterAll(() => service.stop());

  it('is found by any of its addresses, its system title or its serial number', async () => {
    const senders: Partial<Sender>[] = [
      { addresses: ['mbus:ELS-12345678'] },
      { addresses: ['zigbee:0000000000000000', 'lorawan:70B3D57ED0000001'] },
      { systemTitle: '4D4D580000000001' },
      { serialNumbers: ['NOBODY', 'WATER-1'] },
    ];
    for (const sender of senders) {
      expect(await find(sender)).toMatchObject({
        serialNumber: 'WATER-1',
        addresses: ['mbus:ELS-12345678', 'lorawan:70B3D57ED0000001'],
        payloadCodec: 'acme/water',
      });
    }
  });

  it('is found by its address before anything else that it calls itself', async () => {
    const sender = { addresses: ['mbus:ELS-12345678'], serialNumbers: ['OTHER'] };
    expect((await find(sender))?.serialNumber).toBe('WATER-1');
    expect(await find({ addresses: ['mbus:ELS-99999999'] })).toBeUndefined();
  });

  it('has the concentrator that it was assigned to last, though it be told of that before its registration', async () => {
    const assigned = (concentratorId: string) =>
      service.tell(
        'device-registry',
        'PLUG-1',
        create(MeterAssignedToConcentratorSchema, { serialNumber: 'PLUG-1', concentratorId }),
      );
    await assigned('HUB-1');
    await assigned('HUB-2');
    await service.tell(
      'device-registry',
      'PLUG-1',
      create(MeterRegisteredSchema, { serialNumber: 'PLUG-1', addresses: ['zigbee:00124B0000000001'] }),
    );
    await eventually(async () => {
      const meter = await find({ addresses: ['zigbee:00124B0000000001'] });
      return meter?.concentratorId === 'HUB-2';
    });
    expect((await find({ serialNumbers: ['OTHER'] }))?.concentratorId).toBeUndefined();
  });

  it('knows of which part of the supply it is the meter', async () => {
    const installed = create(MeterInstalledSchema, {
      serialNumber: 'PLUG-1',
      usagePointId: 'UP-1',
      installedAt: timestampFromDate(new Date('2024-01-01T00:00:00Z')),
      submeter: 'refrigerator',
    });
    await service.tell('device-registry', 'UP-1', installed);
    await eventually(async () => {
      const meter = await find({ serialNumbers: ['PLUG-1'] });
      return meter?.installations[0]?.submeter === 'refrigerator';
    });
    expect((await find({ serialNumbers: ['WATER-1'] }))?.installations[0]?.submeter).toBeUndefined();
  });
});
