import { isDecodeError } from '../decode-error.ts';
import { ApduProtection, type ProtectionSettings } from './apdu-protection.ts';
import {
  AARQ,
  decodeAssociationRequest,
  encodeAssociationResponse,
  encodeReleaseResponse,
  RLRQ,
  type AssociationDiagnostic,
  type AssociationRequest,
  type AuthenticationMechanism,
} from './association.ts';
import { isCiphered } from './ciphered-tags.ts';
import { gmac } from './gmac.ts';
import { hashAnswer, isGmacAnswer, isSame, isSharedSecret, replyToHls } from './high-level-security.ts';
import { decodeInitiateRequest, encodeInitiateResponse, spokenServices } from './initiate.ts';
import { ServerServices, type CosemObjects } from './server-services.ts';
import { decodeServiceRequest, type ServiceRequest } from './service-request.ts';
import { encodeServiceResponse, type ServiceResponse } from './service-response.ts';

export interface ServerSettings {
  readonly mechanism: AuthenticationMechanism;
  /** Password (`low`) or shared secret (`high-md5`, `high-sha1`, `high-sha256`). */
  readonly secret?: Uint8Array;
  /** Of the high mechanisms: random octets for this association. */
  readonly challenge?: Uint8Array;
  /** Where APDUs are to be ciphered. */
  readonly protection?: ProtectionSettings;
  /** Longest APDU that this side takes, and sends where the client takes as much. */
  readonly maximumPduSize?: number;
}

const LONGEST_PDU = 1024;
const NOT_ALLOWED = { type: 'exception', stateError: 1, serviceError: 1 } as const;
const NOT_DECIPHERED = { type: 'exception', stateError: 1, serviceError: 5 } as const;

/** A meter's side of one application association, with COSEM objects behind it. It never throws: it answers. */
export class ServerAssociation {
  readonly #settings: ServerSettings;
  readonly #objects: CosemObjects;
  #protection: ApduProtection | undefined;
  #services: ServerServices | undefined;
  /** The client has still to answer our challenge. */
  #pending: AssociationRequest | undefined;

  constructor(settings: ServerSettings, objects: CosemObjects) {
    this.#settings = settings;
    this.#objects = objects;
  }

  get isOpen(): boolean {
    return this.#services !== undefined && this.#pending === undefined;
  }

  /** The APDU that answers an APDU. */
  answer(apdu: Uint8Array): Uint8Array {
    if (apdu[0] === AARQ) return this.#associate(apdu);
    if (apdu[0] === RLRQ) {
      this.#services = undefined;
      return encodeReleaseResponse();
    }
    if (!this.#services) return encodeServiceResponse(NOT_ALLOWED);
    if (!this.#protection) return this.#serve(apdu, this.#services);
    if (!isCiphered(apdu[0])) return encodeServiceResponse(NOT_ALLOWED);
    const opened = this.#protection.open(apdu);
    if (isDecodeError(opened)) return encodeServiceResponse(NOT_DECIPHERED);
    return this.#protection.seal(this.#serve(opened, this.#services));
  }

  #serve(apdu: Uint8Array, services: ServerServices): Uint8Array {
    const request = decodeServiceRequest(apdu);
    if (isDecodeError(request)) return encodeServiceResponse(NOT_ALLOWED);
    return encodeServiceResponse(
      this.#pending ? this.#authenticate(request, this.#pending) : services.serve(request),
    );
  }

  #associate(apdu: Uint8Array): Uint8Array {
    const { mechanism, secret, protection, challenge, maximumPduSize = LONGEST_PDU } = this.#settings;
    this.#services = undefined;
    const request = decodeAssociationRequest(apdu);
    if (isDecodeError(request)) return this.#refuse('no-reason-given');
    if (request.mechanism !== mechanism) return this.#refuse('authentication-mechanism-not-recognized');
    const isCipheredContext = request.context === 'logical-name-ciphered';
    if (isCipheredContext !== (protection !== undefined)) {
      return this.#refuse('application-context-name-not-supported');
    }
    if (mechanism === 'low' && !isSame(request.authenticationValue ?? NOTHING, secret ?? NOTHING)) {
      return this.#refuse('authentication-failure');
    }
    this.#protection = protection && new ApduProtection(protection);
    if (request.systemTitle) this.#protection?.meet(request.systemTitle);
    const initiateApdu = this.#protection?.open(request.userInformation) ?? request.userInformation;
    const initiate = isDecodeError(initiateApdu) ? initiateApdu : decodeInitiateRequest(initiateApdu);
    if (isDecodeError(initiate)) return this.#refuse('authentication-failure');
    const longest = initiate.maximumPduSize === 0 ? 0xffff : initiate.maximumPduSize;
    this.#services = new ServerServices(this.#objects, Math.min(longest, maximumPduSize));
    this.#pending = mechanism.startsWith('high') ? request : undefined;
    const response = encodeInitiateResponse({
      conformance: initiate.conformance & spokenServices,
      maximumPduSize,
    });
    const userInformation = this.#protection?.seal(response) ?? response;
    this.#protection?.agreeOn(initiate.dedicatedKey);
    return encodeAssociationResponse({
      context: request.context,
      result: 'accepted',
      diagnostic: this.#pending ? 'authentication-required' : 'none',
      mechanism: this.#pending && mechanism,
      authenticationValue: this.#pending && challenge,
      systemTitle: protection?.systemTitle,
      userInformation,
    });
  }

  #refuse(diagnostic: AssociationDiagnostic): Uint8Array {
    const context = this.#settings.protection ? 'logical-name-ciphered' : 'logical-name';
    return encodeAssociationResponse({ context, result: 'rejected-permanent', diagnostic });
  }

  /** Passes 3 and 4 of a high mechanism. */
  #authenticate(
    request: ServiceRequest,
    { authenticationValue, systemTitle }: AssociationRequest,
  ): ServiceResponse {
    const { invoke } = request;
    const parameters = request.type === 'action' ? request.parameters : undefined;
    const isReply =
      request.type === 'action' &&
      request.target.classId === replyToHls.classId &&
      request.target.method === replyToHls.method &&
      parameters?.type === 'octet-string';
    if (!isReply) return { type: 'action', invoke, result: 'read-write-denied' };
    const clientChallenge = authenticationValue ?? NOTHING;
    if (!this.#isProof(parameters.value, clientChallenge, systemTitle)) {
      this.#services = undefined;
      return { type: 'action', invoke, result: 'other-reason' };
    }
    this.#pending = undefined;
    const value = this.#proof(clientChallenge, systemTitle);
    return { type: 'action', invoke, result: 'success', value: { type: 'octet-string', value } };
  }

  #isProof(proof: Uint8Array, clientChallenge: Uint8Array, clientTitle: Uint8Array | undefined): boolean {
    const { mechanism, secret, challenge: own = NOTHING, protection } = this.#settings;
    if (!isSharedSecret(mechanism)) {
      if (!protection || !clientTitle) return false;
      return isGmacAnswer(proof, own, { systemTitle: clientTitle, keys: protection.keys });
    }
    const answered = { challenge: own, ownChallenge: clientChallenge };
    const titles = { ownTitle: clientTitle, peerTitle: protection?.systemTitle };
    return isSame(proof, hashAnswer(mechanism, secret ?? NOTHING, { ...answered, ...titles }));
  }

  #proof(clientChallenge: Uint8Array, clientTitle: Uint8Array | undefined): Uint8Array {
    const { mechanism, secret, challenge: own = NOTHING, protection } = this.#settings;
    if (!isSharedSecret(mechanism)) return gmac(clientChallenge, this.#protection!.nextSealing());
    const answered = { challenge: clientChallenge, ownChallenge: own };
    const titles = { ownTitle: protection?.systemTitle, peerTitle: clientTitle };
    return hashAnswer(mechanism, secret ?? NOTHING, { ...answered, ...titles });
  }
}

const NOTHING = new Uint8Array(0);
