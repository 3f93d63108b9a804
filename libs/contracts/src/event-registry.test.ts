import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { decodeEvent, encodeEvent, MeterInstalledSchema, type MeterInstalled } from './index.ts';

describe('the event registry', () => {
  it('reads back what it wrote, under the type name', () => {
    const installed = create(MeterInstalledSchema, {
      serialNumber: 'MM1',
      usagePointId: 'UP1',
      registerReads: [{ obis: '1.0.1.8.0.255', value: 123_456_789_012n, scaler: 0, unit: 'Wh' }],
    });
    const recorded = encodeEvent(installed);
    expect(recorded.type).toBe('metermesh.device_registry.v1.MeterInstalled');
    expect(decodeEvent<MeterInstalled>(recorded)).toEqual(installed);
  });

  it('says which type it does not know', () => {
    expect(() => decodeEvent({ type: 'metermesh.nowhere.v1.Nothing', data: new Uint8Array() })).toThrow(
      'metermesh.nowhere.v1.Nothing',
    );
  });
});
