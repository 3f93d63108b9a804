import { describe, expect, it } from '@jest/globals';
import { toHex } from '../hex.ts';
import {
  controlStateOf,
  disconnectControl,
  encodeControlState,
  outputStateOf,
} from './disconnect-control.ts';
import {
  decodeServiceRequest,
  encodeServiceRequest,
  invokeIdAndPriority,
  type ServiceRequest,
} from './service-request.ts';
import { byEntry } from './selective-access.ts';
import { decodeServiceResponse, encodeServiceResponse, type ServiceResponse } from './service-response.ts';

const invoke = invokeIdAndPriority(1);
const block = { isLast: false, blockNumber: 1, octets: Uint8Array.of(1, 2) };
const register = { classId: 3, obis: '1.0.1.8.0.255', attribute: 2 };

describe('asking a meter', () => {
  it('switches the supply with method 1 or 2 of class 70', () => {
    const { remoteDisconnect, remoteReconnect, parameters } = disconnectControl;
    expect(
      toHex(encodeServiceRequest({ type: 'action', invoke, target: remoteDisconnect, parameters })),
    ).toBe('C301C10046000060030AFF01010F00');
    expect(toHex(encodeServiceRequest({ type: 'action', invoke, target: remoteReconnect, parameters }))).toBe(
      'C301C10046000060030AFF02010F00',
    );
  });

  it('reads the switch back', () => {
    expect(toHex(encodeServiceRequest({ type: 'get', invoke, target: disconnectControl.controlState }))).toBe(
      'C001C10046000060030AFF0300',
    );
    expect(controlStateOf(encodeControlState('ready-for-reconnection'))).toBe('ready-for-reconnection');
    expect(controlStateOf({ type: 'enum', value: 9 })).toBeUndefined();
    expect(outputStateOf({ type: 'boolean', value: false })).toBe(false);
  });

  it('requests read back as they were written', () => {
    const requests: ServiceRequest[] = [
      { type: 'get', invoke, target: register, access: undefined },
      {
        type: 'get',
        invoke,
        target: register,
        access: { selector: 2, parameters: { type: 'unsigned', value: 4 } },
      },
      { type: 'get-next', invoke, blockNumber: 70_000 },
      {
        type: 'get-list',
        invoke,
        attributes: [{ target: register }, { target: register, access: byEntry({ from: 1, to: 9 }) }],
      },
      { type: 'set-first-block', invoke, target: register, access: undefined, block },
      { type: 'set-block', invoke, block: { ...block, isLast: true, blockNumber: 2 } },
      { type: 'action-first-block', invoke, target: disconnectControl.remoteDisconnect, block },
      { type: 'action-block', invoke, block },
      { type: 'action-next', invoke, blockNumber: 3 },
      { type: 'set', invoke, target: register, access: undefined, value: { type: 'long', value: -2 } },
      { type: 'action', invoke, target: disconnectControl.remoteDisconnect, parameters: undefined },
      {
        type: 'action',
        invoke,
        target: disconnectControl.remoteDisconnect,
        parameters: disconnectControl.parameters,
      },
    ];
    for (const request of requests)
      expect(decodeServiceRequest(encodeServiceRequest(request))).toEqual(request);
  });

  it('answers read back as they were written', () => {
    const responses: ServiceResponse[] = [
      { type: 'get', invoke, value: { type: 'double-long-unsigned', value: 123 } },
      { type: 'get-refused', invoke, result: 'object-undefined' },
      { type: 'get-refused', invoke, result: 'code-77' },
      { type: 'get-block', invoke, isLast: true, blockNumber: 2, octets: Uint8Array.of(1, 2, 3) },
      {
        type: 'get-list',
        invoke,
        results: [{ value: { type: 'unsigned', value: 1 } }, { result: 'object-undefined' }],
      },
      { type: 'set', invoke, result: 'read-write-denied' },
      { type: 'set-block', invoke, blockNumber: 1 },
      { type: 'set-last-block', invoke, result: 'success', blockNumber: 2 },
      { type: 'action-block', invoke, ...block },
      { type: 'action-next', invoke, blockNumber: 1 },
      { type: 'action', invoke, result: 'success' },
      { type: 'action', invoke, result: 'success', value: { type: 'null-data' } },
      { type: 'action', invoke, result: 'temporary-failure' },
      { type: 'exception', stateError: 1, serviceError: 2, invocationCounter: undefined },
      { type: 'exception', stateError: 1, serviceError: 6, invocationCounter: 4_000_000_000 },
    ];
    for (const response of responses)
      expect(decodeServiceResponse(encodeServiceResponse(response))).toEqual(response);
  });

  it('refuses what it does not know, and what goes on too long', () => {
    expect(decodeServiceRequest(Uint8Array.of(0xc0, 9, 1))).toMatchObject({ code: 'DLMS_APDU_UNSUPPORTED' });
    expect(decodeServiceResponse(Uint8Array.of(0xc4, 9, 1))).toMatchObject({ code: 'DLMS_APDU_UNSUPPORTED' });
    expect(decodeServiceResponse(Uint8Array.of(0xc5, 1, 0xc1, 0, 0))).toMatchObject({
      code: 'DLMS_TRAILING_BYTES',
      offset: 4,
    });
  });
});
