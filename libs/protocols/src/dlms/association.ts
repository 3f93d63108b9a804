import { ByteReader } from '../byte-reader.ts';
import { attempt, type DecodeError } from '../decode-error.ts';
import { ber, readBer, type BerElement } from './ber.ts';

/**
 * Opening and releasing an application association: AARQ, AARE, RLRQ, RLRE of ACSE (ISO/IEC 15954 as IEC 62056-5-3,
 * 6.2 and 6.3 use it). User information holds an initiate APDU, plain or ciphered (`encryptService` with 0x21, 0x28).
 */
export interface AssociationRequest {
  readonly context: ApplicationContext;
  readonly mechanism: AuthenticationMechanism;
  /** Password (`low`), or the client's challenge (the `high` mechanisms). */
  readonly authenticationValue?: Uint8Array;
  /** The client's system title, needed when ciphering. */
  readonly systemTitle?: Uint8Array;
  readonly userInformation: Uint8Array;
}

export interface AssociationResponse {
  readonly context: ApplicationContext;
  readonly result: AssociationResult;
  readonly diagnostic: AssociationDiagnostic;
  readonly mechanism?: AuthenticationMechanism;
  /** The server's challenge (the `high` mechanisms). */
  readonly authenticationValue?: Uint8Array;
  readonly systemTitle?: Uint8Array;
  /** An initiate-response; where refused, sometimes a confirmed-service-error. */
  readonly userInformation?: Uint8Array;
}

const contexts = ['logical-name', 'short-name', 'logical-name-ciphered', 'short-name-ciphered'] as const;
export type ApplicationContext = (typeof contexts)[number];

const mechanisms = [
  'lowest',
  'low',
  'high',
  'high-md5',
  'high-sha1',
  'high-gmac',
  'high-sha256',
  'high-ecdsa',
] as const;
export type AuthenticationMechanism = (typeof mechanisms)[number];

const results = ['accepted', 'rejected-permanent', 'rejected-transient'] as const;
export type AssociationResult = (typeof results)[number];

/** acse-service-user diagnostics. */
const diagnostics = {
  0: 'none',
  1: 'no-reason-given',
  2: 'application-context-name-not-supported',
  3: 'calling-ap-title-not-recognized',
  11: 'authentication-mechanism-not-recognized',
  12: 'authentication-mechanism-required',
  13: 'authentication-failure',
  14: 'authentication-required',
} as const;
export type AssociationDiagnostic = (typeof diagnostics)[keyof typeof diagnostics] | `code-${number}`;

export const AARQ = 0x60;
export const AARE = 0x61;
export const RLRQ = 0x62;
export const RLRE = 0x63;

/** 2.16.756.5.8, the DLMS User Association; then 1 for application contexts or 2 for mechanisms, and the number. */
const DLMS_UA = Uint8Array.of(0x60, 0x85, 0x74, 0x05, 0x08);
const objectId = (arc: 1 | 2, number: number) => Uint8Array.of(...DLMS_UA, arc, number);
/** BIT STRING of one bit, authentication required. */
const REQUIRES_AUTHENTICATION = Uint8Array.of(0x07, 0x80);

export function encodeAssociationRequest(request: AssociationRequest): Uint8Array {
  const parts = [ber(0xa1, ber(0x06, objectId(1, contexts.indexOf(request.context) + 1)))];
  if (request.systemTitle) parts.push(ber(0xa6, ber(0x04, request.systemTitle)));
  if (request.mechanism !== 'lowest') {
    parts.push(
      ber(0x8a, REQUIRES_AUTHENTICATION),
      ber(0x8b, objectId(2, mechanisms.indexOf(request.mechanism))),
      ber(0xac, ber(0x80, request.authenticationValue ?? new Uint8Array(0))),
    );
  }
  return ber(AARQ, ...parts, ber(0xbe, ber(0x04, request.userInformation)));
}

/** Errors: `DLMS_APDU_UNEXPECTED`, `DLMS_ASSOCIATION_INVALID`, `FRAME_TRUNCATED`. */
export function decodeAssociationRequest(apdu: Uint8Array): AssociationRequest | DecodeError {
  return attempt(() => {
    const fields = readFields(apdu, AARQ);
    return {
      context: readContext(fields),
      mechanism: readMechanism(fields.get(0x8b)) ?? 'lowest',
      authenticationValue: innerOf(fields.get(0xac)),
      systemTitle: innerOf(fields.get(0xa6)),
      userInformation: innerOf(fields.get(0xbe)) ?? new Uint8Array(0),
    };
  });
}

export function encodeAssociationResponse(response: AssociationResponse): Uint8Array {
  const parts = [
    ber(0xa1, ber(0x06, objectId(1, contexts.indexOf(response.context) + 1))),
    ber(0xa2, integer(results.indexOf(response.result))),
    ber(0xa3, ber(0xa1, integer(diagnosticCode(response.diagnostic)))),
  ];
  if (response.systemTitle) parts.push(ber(0xa4, ber(0x04, response.systemTitle)));
  if (response.mechanism && response.mechanism !== 'lowest') {
    parts.push(
      ber(0x88, REQUIRES_AUTHENTICATION),
      ber(0x89, objectId(2, mechanisms.indexOf(response.mechanism))),
    );
  }
  if (response.authenticationValue) parts.push(ber(0xaa, ber(0x80, response.authenticationValue)));
  if (response.userInformation) parts.push(ber(0xbe, ber(0x04, response.userInformation)));
  return ber(AARE, ...parts);
}

/** Errors as {@link decodeAssociationRequest}. */
export function decodeAssociationResponse(apdu: Uint8Array): AssociationResponse | DecodeError {
  return attempt(() => {
    const fields = readFields(apdu, AARE);
    const result = innerOf(fields.get(0xa2))?.[0] ?? 1;
    const diagnostic = fields.get(0xa3)?.contents.at(-1) ?? 0;
    return {
      context: readContext(fields),
      result: results[result] ?? 'rejected-permanent',
      diagnostic: diagnosticName(diagnostic),
      mechanism: readMechanism(fields.get(0x89)),
      authenticationValue: innerOf(fields.get(0xaa)),
      systemTitle: innerOf(fields.get(0xa4)),
      userInformation: innerOf(fields.get(0xbe)),
    };
  });
}

const integer = (value: number) => ber(0x02, Uint8Array.of(value));

const diagnosticName = (code: number): AssociationDiagnostic =>
  diagnostics[code as keyof typeof diagnostics] ?? `code-${code}`;

function diagnosticCode(diagnostic: AssociationDiagnostic): number {
  const known = Object.entries(diagnostics).find(([, name]) => name === diagnostic);
  return Number(known?.[0] ?? diagnostic.replace('code-', ''));
}

/** RLRQ with the reason `normal`; a ciphered association sends its initiate-request again. */
export function encodeReleaseRequest(userInformation?: Uint8Array): Uint8Array {
  return release(RLRQ, userInformation);
}

/** RLRE with the reason `normal`. */
export function encodeReleaseResponse(userInformation?: Uint8Array): Uint8Array {
  return release(RLRE, userInformation);
}

function release(tag: number, userInformation: Uint8Array | undefined): Uint8Array {
  const parts = userInformation ? [ber(0xbe, ber(0x04, userInformation))] : [];
  return ber(tag, ber(0x80, Uint8Array.of(0)), ...parts);
}

function readFields(apdu: Uint8Array, expected: number): Map<number, BerElement> {
  const outer = new ByteReader(apdu);
  const { tag, contents, position } = readBer(outer);
  if (tag !== expected) {
    outer.fail('DLMS_APDU_UNEXPECTED', `Tag ${tag} where ${expected} was expected.`, 0);
  }
  const reader = new ByteReader(contents, position);
  const fields = new Map<number, BerElement>();
  while (reader.remaining > 0) {
    const field = readBer(reader);
    fields.set(field.tag, field);
  }
  return fields;
}

/** The contents of the one element inside an element. */
function innerOf(element: BerElement | undefined): Uint8Array | undefined {
  return element && new Uint8Array(readBer(new ByteReader(element.contents, element.position)).contents);
}

function readContext(fields: ReadonlyMap<number, BerElement>): ApplicationContext {
  const field = fields.get(0xa1);
  const context = contexts[(innerOf(field)?.at(-1) ?? 0) - 1];
  return context ?? invalid(field, 'It names no application context of DLMS.');
}

function readMechanism(field: BerElement | undefined): AuthenticationMechanism | undefined {
  if (!field) return undefined;
  return (
    mechanisms[field.contents.at(-1) ?? -1] ?? invalid(field, 'It names no authentication mechanism of DLMS.')
  );
}

function invalid(field: BerElement | undefined, message: string): never {
  return new ByteReader(new Uint8Array(0), field?.position ?? 0).fail('DLMS_ASSOCIATION_INVALID', message);
}
