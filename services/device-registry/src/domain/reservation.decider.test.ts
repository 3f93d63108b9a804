import { describe, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { SystemTitleReservedSchema } from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { systemTitleDecider } from './system-title.decider.ts';

const { given } = specify(systemTitleDecider);
const reservedFor = (serialNumber: string) =>
  create(SystemTitleReservedSchema, { systemTitle: new Uint8Array(8), serialNumber });

describe('a system title', () => {
  it('is held for the meter that comes first, once', () => {
    given().when(reservedFor('M-1')).then(reservedFor('M-1'));
    given(reservedFor('M-1')).when(reservedFor('M-1')).thenNothing();
  });
  it('is refused to any other meter', () => {
    given(reservedFor('M-1')).when(reservedFor('M-2')).thenRefused('SYSTEM_TITLE_TAKEN');
  });
});
