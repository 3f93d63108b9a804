import { create } from '@bufbuild/protobuf';
import { describe, it } from '@jest/globals';
import {
  EndDeviceControlConfirmedSchema,
  EndDeviceControlRequestedSchema,
  EndDeviceControlSentSchema,
} from '@metermesh/contracts';
import { specify } from '@metermesh/decider';
import { supplySwitchDecider } from './supply-switch.ts';

const { given } = specify(supplySwitchDecider);
const usagePointId = 'UP-1';
const requested = (controlId: string) => create(EndDeviceControlRequestedSchema, { controlId, usagePointId });
const confirmed = (controlId: string) => create(EndDeviceControlConfirmedSchema, { controlId });

describe('a supply switch', () => {
  it('takes one control at a time', () => {
    given(requested('A'))
      .when({ usagePointId, event: requested('B') })
      .thenRefused('CONTROL_UNDER_WAY');
  });
  it('is free again once the control has ended, and stays taken until then', () => {
    given(requested('A'), confirmed('A'))
      .when({ usagePointId, event: requested('B') })
      .then(requested('B'));
    given(requested('A')).thenState({ underWay: 'A' });
  });
  it('is not given free by a control that does not hold it', () => {
    given(requested('B'), confirmed('A')).thenState({ underWay: 'B' });
  });
  it('keeps out what neither takes nor frees it', () => {
    given(requested('A'))
      .when({ usagePointId, event: create(EndDeviceControlSentSchema, { controlId: 'A' }) })
      .thenNothing();
  });
});
