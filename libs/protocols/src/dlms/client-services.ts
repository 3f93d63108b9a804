import { DecodeError, isDecodeError } from '../decode-error.ts';
import { decodeData, encodeData, type CosemData } from './axdr.ts';
import type { ClientAssociation } from './client-association.ts';
import type { Conversation } from './conversation.ts';
import { dataBlocks } from './data-block.ts';
import {
  encodeServiceRequest,
  type AttributeAccess,
  type AttributeReference,
  type MethodReference,
  type SelectiveAccess,
  type ServiceRequest,
} from './service-request.ts';
import {
  decodeActionResult,
  decodeReadResults,
  decodeServiceResponse,
  type AccessResult,
  type ReadResult,
  type ServiceResponse,
} from './service-response.ts';

/**
 * GET, SET and ACTION over an open association, in blocks where a value needs them (IEC 62056-5-3, 7.3). What the meter
 * refuses is a DecodeError `DLMS_ACCESS_REFUSED` that names the reason; answers that do not belong to the request are
 * `DLMS_ANSWER_UNEXPECTED`.
 */
export function* readAttribute(
  association: ClientAssociation,
  target: AttributeReference,
  access?: SelectiveAccess,
): Conversation<CosemData | DecodeError> {
  const invoke = association.nextInvoke();
  const answer = yield* ask(association, { type: 'get', invoke, target, access });
  if (isDecodeError(answer)) return answer;
  if (answer.type === 'get') return answer.value;
  if (answer.type === 'get-refused') return refused(answer.result);
  const octets = yield* collectBlocks(association, answer, 'get');
  return isDecodeError(octets) ? octets : decodeData(octets);
}

/** Several attributes in one request; each item of the answer is a value or why there is none. */
export function* readAttributes(
  association: ClientAssociation,
  attributes: readonly AttributeAccess[],
): Conversation<(CosemData | DecodeError)[] | DecodeError> {
  const answer = yield* ask(association, { type: 'get-list', invoke: association.nextInvoke(), attributes });
  if (isDecodeError(answer)) return answer;
  const results = yield* readResults(association, answer);
  if (isDecodeError(results)) return results;
  if (results.length !== attributes.length) {
    return unexpected(`${results.length} results to ${attributes.length} attributes`);
  }
  return results.map((each) => ('value' in each ? each.value : refused(each.result)));
}

function* readResults(
  association: ClientAssociation,
  answer: ServiceResponse,
): Conversation<readonly ReadResult[] | DecodeError> {
  if (answer.type === 'get-list') return answer.results;
  if (answer.type === 'get-refused') return refused(answer.result);
  const octets = yield* collectBlocks(association, answer, 'get');
  return isDecodeError(octets) ? octets : decodeReadResults(octets);
}

/** `undefined` once the value is set. */
export function* writeAttribute(
  association: ClientAssociation,
  target: AttributeReference,
  value: CosemData,
  access?: SelectiveAccess,
): Conversation<DecodeError | undefined> {
  const invoke = association.nextInvoke();
  const whole = encodeServiceRequest({ type: 'set', invoke, target, access, value });
  const room = roomFor(association);
  if (whole.length <= room) {
    const answer = yield* answerTo(association, whole, invoke);
    if (isDecodeError(answer)) return answer;
    return answer.type === 'set' ? refusalOf(answer.result) : unexpected(answer.type);
  }
  for (const block of dataBlocks(encodeData(value), room - HEADER_OCTETS)) {
    const answer = yield* ask(
      association,
      block.blockNumber === 1
        ? { type: 'set-first-block', invoke, target, access, block }
        : { type: 'set-block', invoke, block },
    );
    if (isDecodeError(answer)) return answer;
    if (answer.type === 'set-last-block') return refusalOf(answer.result);
    if (answer.type === 'set') return refusalOf(answer.result) ?? unexpected('set before the last block');
    if (answer.type !== 'set-block' || answer.blockNumber !== block.blockNumber)
      return unexpected(answer.type);
  }
  return unexpected('set-block to the last block');
}

/** What the method returns; `undefined` where it returns nothing. */
export function* invokeMethod(
  association: ClientAssociation,
  target: MethodReference,
  parameters?: CosemData,
): Conversation<CosemData | DecodeError | undefined> {
  const invoke = association.nextInvoke();
  const whole = encodeServiceRequest({ type: 'action', invoke, target, parameters });
  const room = roomFor(association);
  let answer: ServiceResponse | DecodeError | undefined;
  if (whole.length <= room) {
    answer = yield* answerTo(association, whole, invoke);
  } else {
    for (const block of dataBlocks(encodeData(parameters!), room - HEADER_OCTETS)) {
      answer = yield* ask(
        association,
        block.blockNumber === 1
          ? { type: 'action-first-block', invoke, target, block }
          : { type: 'action-block', invoke, block },
      );
      if (isDecodeError(answer) || answer.type !== 'action-next') break;
    }
  }
  if (!answer || isDecodeError(answer)) return answer;
  if (answer.type === 'action') return refusalOf(answer.result) ?? answer.value;
  const octets = yield* collectBlocks(association, answer, 'action');
  if (isDecodeError(octets)) return octets;
  const result = decodeActionResult(octets);
  return isDecodeError(result) ? result : (refusalOf(result.result) ?? result.value);
}

/** Tag, kind, invoke id, reference, block header. */
const HEADER_OCTETS = 32;
/** Counter, tag and header of the ciphering. */
const CIPHERING_OCTETS = 40;

function roomFor({ negotiated: { maximumPduSize } }: ClientAssociation): number {
  const longest = maximumPduSize === 0 ? 0xffff : maximumPduSize;
  return Math.max(longest - CIPHERING_OCTETS, HEADER_OCTETS * 2);
}

function* ask(
  association: ClientAssociation,
  request: ServiceRequest,
): Conversation<ServiceResponse | DecodeError> {
  return yield* answerTo(association, encodeServiceRequest(request), request.invoke);
}

function* answerTo(
  association: ClientAssociation,
  request: Uint8Array,
  invoke: number,
): Conversation<ServiceResponse | DecodeError> {
  const apdu = yield* association.exchange(request);
  if (isDecodeError(apdu)) return apdu;
  const answer = decodeServiceResponse(apdu);
  const isOther =
    !isDecodeError(answer) && answer.type !== 'exception' && (answer.invoke & 0x0f) !== (invoke & 0x0f);
  return isOther ? unexpected('an answer to another request') : answer;
}

/** More than any profile holds that a meter gives out at once. */
const MAX_OCTETS = 1 << 24;

/** The octets that the blocks join to, from the first, which has come. */
function* collectBlocks(
  association: ClientAssociation,
  first: ServiceResponse,
  service: 'get' | 'action',
): Conversation<Uint8Array | DecodeError> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let answer: ServiceResponse | DecodeError = first;
  for (let due = 1; ; due++) {
    if (isDecodeError(answer)) return answer;
    if (answer.type === 'get-refused') return refused(answer.result);
    if (answer.type !== `${service}-block`) return unexpected(answer.type);
    const block = answer as Extract<ServiceResponse, { type: 'get-block' | 'action-block' }>;
    if (block.blockNumber !== due) {
      const message = `Block ${block.blockNumber} came where block ${due} was due.`;
      return new DecodeError('DLMS_BLOCK_MISSING', message, 0);
    }
    parts.push(block.octets);
    length += block.octets.length;
    if (length > MAX_OCTETS) {
      return new DecodeError('DLMS_FRAME_TOO_LONG', `The blocks join to more than ${MAX_OCTETS} octets.`, 0);
    }
    if (block.isLast) return Buffer.concat(parts);
    answer = yield* ask(association, { type: `${service}-next`, invoke: block.invoke, blockNumber: due });
  }
}

const refusalOf = (result: AccessResult) => (result === 'success' ? undefined : refused(result));

const refused = (result: AccessResult) =>
  new DecodeError('DLMS_ACCESS_REFUSED', `The meter refused the access: ${result}.`, 0);

const unexpected = (what: string) =>
  new DecodeError('DLMS_ANSWER_UNEXPECTED', `The meter answered out of turn: ${what}.`, 0);
