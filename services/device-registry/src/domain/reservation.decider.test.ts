import { describe, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { DeviceAddressReservedSchema, SystemTitleReservedSchema } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { deviceAddressDecider, systemTitleDecider } from './reservation.decider.ts';

describe('a system title', () => {
  const { given } = specify(systemTitleDecider);
  const reservedFor = (serialNumber: string) =>
    create(SystemTitleReservedSchema, { systemTitle: new Uint8Array(8), serialNumber });

  it('is held for the meter that comes first, once', () => {
    given().when(reservedFor('M-1')).then(reservedFor('M-1'));
    given(reservedFor('M-1')).when(reservedFor('M-1')).thenNothing();
  });
  it('is refused to any other meter', () => {
    given(reservedFor('M-1')).when(reservedFor('M-2')).thenRefused('SYSTEM_TITLE_TAKEN');
  });
});

describe('the address of a device', () => {
  const { given } = specify(deviceAddressDecider);
  const reservedFor = (serialNumber: string) =>
    create(DeviceAddressReservedSchema, { address: 'mbus:ELS-12345678', serialNumber });

  it('is held for the meter that comes first, once', () => {
    given().when(reservedFor('M-1')).then(reservedFor('M-1'));
    given(reservedFor('M-1')).when(reservedFor('M-1')).thenNothing();
  });
  it('is refused to any other meter', () => {
    given(reservedFor('M-1')).when(reservedFor('M-2')).thenRefused('DEVICE_ADDRESS_TAKEN');
  });
});
