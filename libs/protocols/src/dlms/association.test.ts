import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex } from '../hex.ts';
import {
  decodeAssociationRequest,
  decodeAssociationResponse,
  encodeAssociationRequest,
  encodeAssociationResponse,
  encodeReleaseRequest,
  encodeReleaseResponse,
  type AssociationRequest,
  type AssociationResponse,
} from './association.ts';
import {
  conformance,
  decodeInitiateRequest,
  decodeInitiateResponse,
  encodeInitiateRequest,
  encodeInitiateResponse,
} from './initiate.ts';

const offered = conformance.get | conformance.action | conformance.blockTransferWithGet;
const initiate = encodeInitiateRequest({ conformance: offered, maximumPduSize: 0x04b0 });
const asks = (request: Partial<AssociationRequest>): AssociationRequest => ({
  context: 'logical-name',
  mechanism: 'lowest',
  userInformation: initiate,
  ...request,
});

describe('opening an association', () => {
  it('without a password is the shortest AARQ', () => {
    expect(toHex(encodeAssociationRequest(asks({})))).toBe(
      '601DA109060760857405080101BE10040E01000000065F1F040000101104B0',
    );
  });

  it('with a password names the mechanism and carries the password', () => {
    const apdu = encodeAssociationRequest(
      asks({ mechanism: 'low', authenticationValue: Buffer.from('12345678') }),
    );
    expect(toHex(apdu)).toBe(
      '6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F040000101104B0',
    );
  });

  it('reads back as it was written, whatever it asks for', () => {
    const requests = [
      asks({}),
      asks({ mechanism: 'low', authenticationValue: Buffer.from('secret') }),
      asks({
        context: 'logical-name-ciphered',
        mechanism: 'high-gmac',
        authenticationValue: Buffer.alloc(16, 7),
        systemTitle: Buffer.from('MMH00001'),
      }),
    ];
    for (const request of requests) {
      const decoded = decodeAssociationRequest(encodeAssociationRequest(request));
      expect(JSON.stringify(decoded)).toBe(
        JSON.stringify({
          context: request.context,
          mechanism: request.mechanism,
          authenticationValue: octets(request.authenticationValue),
          systemTitle: octets(request.systemTitle),
          userInformation: octets(request.userInformation),
        }),
      );
    }
    expect(decodeInitiateRequest(initiate)).toEqual({
      dedicatedKey: undefined,
      conformance: offered,
      maximumPduSize: 0x04b0,
    });
  });

  it('is accepted or refused with the reason', () => {
    const accepted: AssociationResponse = {
      context: 'logical-name',
      result: 'accepted',
      diagnostic: 'none',
      userInformation: encodeInitiateResponse({ conformance: offered, maximumPduSize: 500 }),
    };
    const apdu = encodeAssociationResponse(accepted);
    expect(toHex(apdu)).toBe(
      '6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F040000101101F40007',
    );
    const read = decodeAssociationResponse(apdu) as AssociationResponse;
    expect(read).toMatchObject({ context: 'logical-name', result: 'accepted', diagnostic: 'none' });
    expect(decodeInitiateResponse(read.userInformation!)).toEqual({
      conformance: offered,
      maximumPduSize: 500,
    });
    const refused = encodeAssociationResponse({
      context: 'logical-name',
      result: 'rejected-permanent',
      diagnostic: 'authentication-failure',
    });
    expect(decodeAssociationResponse(refused)).toMatchObject({
      result: 'rejected-permanent',
      diagnostic: 'authentication-failure',
      userInformation: undefined,
    });
  });

  it('ends with a release', () => {
    expect([toHex(encodeReleaseRequest()), toHex(encodeReleaseResponse())]).toEqual([
      '6203800100',
      '6303800100',
    ]);
  });

  it('refuses what is no association', () => {
    expect(decodeAssociationRequest(fromHex('610100') as Uint8Array)).toMatchObject({
      code: 'DLMS_APDU_UNEXPECTED',
    });
    expect(decodeAssociationRequest(fromHex('6000') as Uint8Array)).toMatchObject({
      code: 'DLMS_ASSOCIATION_INVALID',
    });
    expect(decodeAssociationRequest(fromHex('6010A1') as Uint8Array)).toMatchObject({
      code: 'FRAME_TRUNCATED',
    });
    expect(decodeInitiateRequest(fromHex('0100000005') as Uint8Array)).toMatchObject({
      code: 'DLMS_INITIATE_INVALID',
      offset: 4,
    });
  });
});

const octets = (value: Uint8Array | undefined) => value && Uint8Array.from(value);
