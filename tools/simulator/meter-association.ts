import { timingSafeEqual } from 'node:crypto';
import {
  AARQ,
  conformance,
  DecodeError,
  decodeAssociationRequest,
  decodeServiceRequest,
  disconnectControl,
  encodeAssociationResponse,
  encodeControlState,
  encodeInitiateResponse,
  encodeReleaseResponse,
  encodeServiceResponse,
  RLRQ,
  type AssociationDiagnostic,
  type CosemData,
  type ServiceRequest,
  type ServiceResponse,
} from '@metermesh/protocols';

/** The meter's contacts. */
export interface SupplySwitch {
  isConnected(): boolean;
  operate(connect: boolean): void;
}

const MAXIMUM_PDU = 1024;
/** exception-response: the service is not allowed in this state; the operation is not possible. */
const NOT_ALLOWED = { type: 'exception', stateError: 1, serviceError: 1 } as const;

/** A meter's side of one application association (low-level security), with a disconnect control object behind it. */
export class MeterAssociation {
  private readonly password: Uint8Array;
  private readonly supply: SupplySwitch;
  private open = false;

  constructor(password: Uint8Array, supply: SupplySwitch) {
    this.password = password;
    this.supply = supply;
  }

  /** The APDU that answers an APDU. */
  answer(apdu: Uint8Array): Uint8Array {
    if (apdu[0] === AARQ) return this.associate(apdu);
    if (apdu[0] === RLRQ) {
      this.open = false;
      return encodeReleaseResponse();
    }
    const request = this.open ? decodeServiceRequest(apdu) : undefined;
    if (request === undefined || request instanceof DecodeError) return encodeServiceResponse(NOT_ALLOWED);
    return encodeServiceResponse(this.serve(request));
  }

  private associate(apdu: Uint8Array): Uint8Array {
    const request = decodeAssociationRequest(apdu);
    if (request instanceof DecodeError) return this.refuse('no-reason-given');
    if (request.mechanism !== 'low') return this.refuse('authentication-required');
    if (!this.knows(request.authenticationValue)) return this.refuse('authentication-failure');
    this.open = true;
    return encodeAssociationResponse({
      context: 'logical-name',
      result: 'accepted',
      diagnostic: 'none',
      userInformation: encodeInitiateResponse({
        conformance: conformance.get | conformance.action,
        maximumPduSize: MAXIMUM_PDU,
      }),
    });
  }

  private refuse(diagnostic: AssociationDiagnostic): Uint8Array {
    return encodeAssociationResponse({ context: 'logical-name', result: 'rejected-permanent', diagnostic });
  }

  private knows(password: Uint8Array | undefined): boolean {
    return password?.length === this.password.length && timingSafeEqual(password, this.password);
  }

  private serve(request: ServiceRequest): ServiceResponse {
    const { invoke } = request;
    if (request.type === 'get') {
      const value = this.read(request.target);
      return value
        ? { type: 'get', invoke, value }
        : { type: 'get-refused', invoke, result: 'object-undefined' };
    }
    if (request.type === 'action') {
      const connect = request.target.method === disconnectControl.remoteReconnect.method;
      const isSwitch =
        isDisconnectControl(request.target) &&
        (connect || request.target.method === disconnectControl.remoteDisconnect.method);
      if (isSwitch) this.supply.operate(connect);
      return { type: 'action', invoke, result: isSwitch ? 'success' : 'object-undefined' };
    }
    return NOT_ALLOWED;
  }

  private read(target: { classId: number; obis: string; attribute: number }): CosemData | undefined {
    if (!isDisconnectControl(target)) return undefined;
    const connected = this.supply.isConnected();
    if (target.attribute === disconnectControl.outputState.attribute)
      return { type: 'boolean', value: connected };
    if (target.attribute === disconnectControl.controlState.attribute)
      return encodeControlState(connected ? 'connected' : 'disconnected');
    return undefined;
  }
}

const isDisconnectControl = ({ classId, obis }: { classId: number; obis: string }): boolean =>
  classId === disconnectControl.classId && obis === disconnectControl.obis;
