import { DecodeError, isDecodeError } from '../decode-error.ts';
import { ApduProtection, type ProtectionSettings } from './apdu-protection.ts';
import {
  decodeAssociationResponse,
  encodeAssociationRequest,
  encodeReleaseRequest,
  type AssociationResponse,
  type AuthenticationMechanism,
} from './association.ts';
import type { Conversation } from './conversation.ts';
import { BlockAssembler, encodeBlock, GENERAL_BLOCK_TRANSFER } from './general-block-transfer.ts';
import { gmac } from './gmac.ts';
import { hashAnswer, isGmacAnswer, isSame, isSharedSecret, replyToHls } from './high-level-security.ts';
import {
  conformance,
  decodeInitiateResponse,
  encodeInitiateRequest,
  INITIATE_RESPONSE,
  spokenServices,
  type InitiateResponse,
} from './initiate.ts';
import { encodeServiceRequest, invokeIdAndPriority } from './service-request.ts';
import { decodeServiceResponse, EXCEPTION_RESPONSE, exceptionText } from './service-response.ts';

export interface ClientSettings {
  readonly mechanism: AuthenticationMechanism;
  /** Password (`low`) or shared secret (`high-md5`, `high-sha1`, `high-sha256`). */
  readonly secret?: Uint8Array;
  /** Of the high mechanisms: 8 to 64 octets that nobody can foresee. */
  readonly challenge?: Uint8Array;
  /** Where APDUs are ciphered, and in `high-gmac`. */
  readonly protection?: ProtectionSettings;
  /** Of a ciphered association: a fresh random key for this one alone. */
  readonly dedicatedKey?: Uint8Array;
  /** Services asked for; all that are spoken here unless given. */
  readonly conformance?: number;
  /** Longest APDU that this side takes, octets. */
  readonly maximumPduSize?: number;
}

const ALL_SERVICES = spokenServices | conformance.generalBlockTransfer;
const LONGEST_PDU = 0xffff;

/**
 * The client's side of one application association with logical names. Each method is a conversation; hold one at a time,
 * `open` first. What goes wrong is a DecodeError: `DLMS_ASSOCIATION_REFUSED`, `DLMS_SERVER_NOT_AUTHENTICATED`,
 * `DLMS_MECHANISM_UNSUPPORTED`, `DLMS_SERVICE_REFUSED` (exception-response), and those of the codecs.
 */
export class ClientAssociation {
  readonly #settings: ClientSettings;
  readonly #protection: ApduProtection | undefined;
  #invokeId = 0;
  #negotiated: InitiateResponse = { conformance: 0, maximumPduSize: 0 };

  constructor(settings: ClientSettings) {
    this.#settings = settings;
    this.#protection = settings.protection && new ApduProtection(settings.protection);
  }

  /** What both sides can do, once it is open. */
  get negotiated(): InitiateResponse {
    return this.#negotiated;
  }

  /** The counter that the next ciphered APDU will have: keep it for the next association. */
  get invocationCounter(): number | undefined {
    return this.#protection?.invocationCounter;
  }

  nextInvoke(): number {
    this.#invokeId = (this.#invokeId + 1) & 0x0f;
    return invokeIdAndPriority(this.#invokeId);
  }

  *open(): Conversation<InitiateResponse | DecodeError> {
    const unfit = this.#unfit();
    if (unfit) return unfit;
    const response = decodeAssociationResponse(yield this.#request());
    if (isDecodeError(response)) return response;
    if (response.result !== 'accepted') {
      return refused(`The meter refused the association (${response.result}: ${response.diagnostic}).`);
    }
    if (response.systemTitle) this.#protection?.meet(response.systemTitle);
    const initiate = this.#readInitiate(response.userInformation);
    if (isDecodeError(initiate)) return initiate;
    this.#negotiated = initiate;
    if (!this.#settings.mechanism.startsWith('high')) return initiate;
    return (yield* this.#proveEachOther(response)) ?? initiate;
  }

  /** Sends a plain APDU, ciphered where the association is, and answers the plain answer, joined of its blocks. */
  *exchange(apdu: Uint8Array): Conversation<Uint8Array | DecodeError> {
    const joined = yield* joinBlocks(yield this.#protection?.seal(apdu) ?? apdu);
    if (isDecodeError(joined)) return joined;
    // A server that could not decipher a request says so in clear text.
    const isPlainException = joined[0] === EXCEPTION_RESPONSE;
    const opened = this.#protection && !isPlainException ? this.#protection.open(joined) : joined;
    if (isDecodeError(opened) || opened[0] !== EXCEPTION_RESPONSE) return opened;
    const exception = decodeServiceResponse(opened);
    if (isDecodeError(exception) || exception.type !== 'exception') return opened;
    return new DecodeError('DLMS_SERVICE_REFUSED', exceptionText(exception), 0);
  }

  *release(): Conversation<undefined> {
    yield encodeReleaseRequest(this.#protection?.seal(this.#initiateRequest()));
    return undefined;
  }

  /** What the settings lack. */
  #unfit(): DecodeError | undefined {
    const { mechanism, secret, challenge, protection, dedicatedKey } = this.#settings;
    const isHigh = mechanism.startsWith('high');
    const known =
      mechanism === 'lowest' || mechanism === 'low' || mechanism === 'high-gmac' || isSharedSecret(mechanism);
    const message = !known
      ? `Authentication mechanism ${mechanism} is not spoken here: use low, high-gmac, high-sha256, high-sha1 or high-md5.`
      : isHigh && !challenge
        ? `${mechanism} needs a challenge of 8 to 64 random octets.`
        : (mechanism === 'low' || isSharedSecret(mechanism)) && !secret
          ? `${mechanism} needs the secret that is shared with the meter.`
          : mechanism === 'high-gmac' && !protection?.keys.authenticationKey
            ? 'high-gmac needs a system title, the encryption key and the authentication key.'
            : dedicatedKey && !protection
              ? 'A dedicated key needs a ciphered association.'
              : undefined;
    return message === undefined ? undefined : new DecodeError('DLMS_MECHANISM_UNSUPPORTED', message, 0);
  }

  #initiateRequest(): Uint8Array {
    const {
      dedicatedKey,
      conformance: services = ALL_SERVICES,
      maximumPduSize = LONGEST_PDU,
    } = this.#settings;
    return encodeInitiateRequest({ dedicatedKey, conformance: services, maximumPduSize });
  }

  #request(): Uint8Array {
    const { mechanism, secret, challenge, protection, dedicatedKey } = this.#settings;
    const initiate = this.#initiateRequest();
    const userInformation = this.#protection?.seal(initiate) ?? initiate;
    this.#protection?.agreeOn(dedicatedKey);
    return encodeAssociationRequest({
      context: protection ? 'logical-name-ciphered' : 'logical-name',
      mechanism,
      authenticationValue: mechanism === 'low' ? secret : challenge,
      systemTitle: protection?.systemTitle,
      userInformation,
    });
  }

  #readInitiate(userInformation: Uint8Array | undefined): InitiateResponse | DecodeError {
    if (!userInformation) return refused('The meter accepted the association, but not what it is for.');
    const isPlain = !this.#protection || userInformation[0] === INITIATE_RESPONSE;
    const initiate = isPlain ? userInformation : this.#protection!.open(userInformation);
    return isDecodeError(initiate) ? initiate : decodeInitiateResponse(initiate);
  }

  /** Passes 3 and 4: the client answers the server's challenge, and the server the client's. */
  *#proveEachOther(response: AssociationResponse): Conversation<DecodeError | undefined> {
    const challenge = response.authenticationValue;
    if (!challenge) return refused('The meter accepted the association without a challenge of its own.');
    const request = encodeServiceRequest({
      type: 'action',
      invoke: this.nextInvoke(),
      target: replyToHls,
      parameters: { type: 'octet-string', value: this.#answer(challenge, response.systemTitle) },
    });
    const answer = yield* this.exchange(request);
    if (isDecodeError(answer)) return answer;
    const proof = decodeServiceResponse(answer);
    if (isDecodeError(proof)) return proof;
    if (proof.type !== 'action' || proof.result !== 'success') {
      const reason = proof.type === 'action' ? proof.result : proof.type;
      return refused(`The meter did not take our answer to its challenge (${reason}): check the keys.`);
    }
    const value = proof.value?.type === 'octet-string' ? proof.value.value : undefined;
    if (value && this.#isProof(value, challenge, response.systemTitle)) return undefined;
    return new DecodeError(
      'DLMS_SERVER_NOT_AUTHENTICATED',
      'The other side did not answer our challenge as the meter would: it does not hold its keys.',
      0,
    );
  }

  #answer(challenge: Uint8Array, peerTitle: Uint8Array | undefined): Uint8Array {
    const { mechanism, secret, challenge: own, protection } = this.#settings;
    if (!isSharedSecret(mechanism)) return gmac(challenge, this.#protection!.nextSealing());
    const ownTitle = protection?.systemTitle;
    return hashAnswer(mechanism, secret!, { challenge, ownChallenge: own!, ownTitle, peerTitle });
  }

  #isProof(proof: Uint8Array, peerChallenge: Uint8Array, peerTitle: Uint8Array | undefined): boolean {
    const { mechanism, secret, challenge: own, protection } = this.#settings;
    if (!isSharedSecret(mechanism)) {
      return (
        peerTitle !== undefined &&
        isGmacAnswer(proof, own!, { systemTitle: peerTitle, keys: protection!.keys })
      );
    }
    const expected = hashAnswer(mechanism, secret!, {
      challenge: own!,
      ownChallenge: peerChallenge,
      ownTitle: peerTitle,
      peerTitle: protection?.systemTitle,
    });
    return isSame(proof, expected);
  }
}

const refused = (message: string) => new DecodeError('DLMS_ASSOCIATION_REFUSED', message, 0);

/** Where the server answers in blocks, calls for one after the other. */
function* joinBlocks(answer: Uint8Array): Conversation<Uint8Array | DecodeError> {
  if (answer[0] !== GENERAL_BLOCK_TRANSFER) return answer;
  const assembler = new BlockAssembler();
  let blockNumber = 1;
  let joined = assembler.push(answer);
  while (!joined) {
    const acknowledged = assembler.pending;
    const next = encodeBlock({ isLast: true, blockNumber: blockNumber++, acknowledged, octets: NOTHING });
    joined = assembler.push(yield next);
  }
  return joined;
}

const NOTHING = new Uint8Array(0);
