import { DecodeError, isDecodeError } from '../decode-error.ts';
import { toHex } from '../hex.ts';
import type { DecodedPush } from '../measurement.ts';
import { isCiphered } from './ciphered-tags.ts';
import { readCiphered, type Keys } from './ciphering.ts';
import { decrypt } from './decryption.ts';
import {
  DATA_NOTIFICATION,
  decodeDataNotification,
  decodeNotificationHead,
  type LongInvokeId,
} from './data-notification.ts';
import {
  formatLocal,
  isoInstant,
  toInstant,
  type CosemDateTime,
  type ResolveLocalTime,
} from './date-time.ts';
import { readDescribedPush } from './described-push.ts';
import { EVENT_NOTIFICATION, decodeEventNotification } from './event-notification.ts';
import { GENERAL_BLOCK_TRANSFER, joinBlocks } from './general-block-transfer.ts';
import { GENERAL_SIGNING, isSignatureOf, readSigned } from './general-signing.ts';
import { decodeInformationReport, INFORMATION_REPORT } from './information-report.ts';
import { readPushBody, readPushObjects, type PushBody, type PushBodyOptions } from './push-body.ts';
import type { PushObject } from './push-objects.ts';

export interface PushOptions extends PushBodyOptions {
  /** The keys of the sender; asked with its system title, where the APDU names it. */
  readonly keys?: Keys | ((systemTitle: Uint8Array | undefined) => Keys | undefined);
  /** For APDUs that name no system title: the one that the association agreed on. */
  readonly systemTitle?: Uint8Array;
}

/** How an APDU reached its plain form. */
interface Envelope {
  readonly systemTitle?: string;
  readonly invocationCounter?: number;
  readonly authenticated?: boolean;
  readonly warnings: DecodedPush['warnings'];
}

/** Block transfer around ciphering around block transfer is the deepest that the standard allows. */
const MAX_LAYERS = 4;

/**
 * What an APDU that a meter sends of itself says: data-notification or event-notification, plain, ciphered, in
 * blocks. Errors, besides those of the layers: `DLMS_KEY_MISSING`, `DLMS_APDU_UNSUPPORTED`.
 */
export function decodePush(apdu: Uint8Array, options: PushOptions = {}): DecodedPush | DecodeError {
  return openEnvelope(apdu, options, { warnings: [] }, 0);
}

function openEnvelope(
  apdu: Uint8Array,
  options: PushOptions,
  envelope: Envelope,
  layer: number,
): DecodedPush | DecodeError {
  if (layer > MAX_LAYERS) {
    return new DecodeError('DLMS_NESTED_TOO_DEEP', `An APDU is wrapped more than ${MAX_LAYERS} times.`, 0);
  }
  const tag = apdu[0];
  if (tag === GENERAL_BLOCK_TRANSFER) {
    const joined = joinBlocks(apdu);
    return isDecodeError(joined) ? joined : openEnvelope(joined, options, envelope, layer + 1);
  }
  if (tag === GENERAL_SIGNING) return openSigned(apdu, options, envelope, layer);
  if (isCiphered(tag)) return openCiphered(apdu, options, envelope, layer);
  if (tag === DATA_NOTIFICATION) return readNotification(apdu, options, envelope);
  if (tag === EVENT_NOTIFICATION) return readEvent(apdu, options, envelope);
  if (tag === INFORMATION_REPORT) return readReport(apdu, options, envelope);
  return new DecodeError(
    tag === undefined ? 'FRAME_TRUNCATED' : 'DLMS_APDU_UNSUPPORTED',
    tag === undefined
      ? 'The frame holds no APDU.'
      : `An APDU with tag ${tag} is no notification: data-notification (15), event-notification (194), information-report (24) or these ciphered.`,
    0,
  );
}

function openSigned(
  apdu: Uint8Array,
  options: PushOptions,
  envelope: Envelope,
  layer: number,
): DecodedPush | DecodeError {
  const signed = readSigned(apdu);
  if (isDecodeError(signed)) return signed;
  const { systemTitle, content, signatureOffset } = signed;
  const publicKey = keysOf(options, systemTitle)?.signatureKey;
  if (publicKey && !isSignatureOf(publicKey, signed)) {
    return new DecodeError(
      'DLMS_SIGNATURE_INVALID',
      'The signature does not match: another sender, or a frame changed on the way.',
      signatureOffset,
    );
  }
  const unverified = {
    code: 'DLMS_SIGNATURE_NOT_VERIFIED',
    message: "The signature was not verified: give the public key of the sender's signatures.",
  };
  return openEnvelope(
    content,
    options,
    {
      ...envelope,
      systemTitle: toHex(systemTitle),
      authenticated: publicKey !== undefined || envelope.authenticated === true,
      warnings: publicKey ? envelope.warnings : [...envelope.warnings, unverified],
    },
    layer + 1,
  );
}

const keysOf = ({ keys }: PushOptions, title: Uint8Array | undefined) =>
  typeof keys === 'function' ? keys(title) : keys;

function openCiphered(
  apdu: Uint8Array,
  options: PushOptions,
  envelope: Envelope,
  layer: number,
): DecodedPush | DecodeError {
  const ciphered = readCiphered(apdu);
  if (isDecodeError(ciphered)) return ciphered;
  const title = ciphered.systemTitle ?? options.systemTitle;
  const titleHex = title && toHex(title);
  const keys = keysOf(options, title);
  if (!keys) {
    return new DecodeError(
      'DLMS_KEY_MISSING',
      `The frame of system title ${titleHex ?? '(none given)'} is encrypted: give its encryption key.`,
      0,
    );
  }
  const decrypted = decrypt(ciphered, keys, options.systemTitle);
  if (isDecodeError(decrypted)) return decrypted;
  const { authenticated } = decrypted;
  const unverified = {
    code: 'DLMS_NOT_AUTHENTICATED',
    message: ciphered.security.authenticated
      ? 'The authentication tag was not verified: give the authentication key.'
      : 'The sender encrypts without authenticating: anybody could have changed the values.',
  };
  const opened = openEnvelope(
    decrypted.apdu,
    options,
    {
      systemTitle: titleHex,
      invocationCounter: ciphered.invocationCounter,
      authenticated: authenticated || envelope.authenticated === true,
      warnings: authenticated ? envelope.warnings : [...envelope.warnings, unverified],
    },
    layer + 1,
  );
  // Without a verified tag a wrong key shows only in that what comes out makes no sense.
  if (isDecodeError(opened) && !authenticated) {
    return new DecodeError(
      'DLMS_DECRYPTION_FAILED',
      `The decrypted octets are no APDU (${opened.code}): most likely a wrong encryption key.`,
      ciphered.contentOffset,
    );
  }
  return opened;
}

function readNotification(
  apdu: Uint8Array,
  options: PushOptions,
  envelope: Envelope,
): DecodedPush | DecodeError {
  const head = decodeNotificationHead(apdu);
  if (isDecodeError(head)) return head;
  const described = readDescribedPush(apdu, head.bodyAt, options.resolveLocalTime);
  if (described) return finish(head, readPushObjects(described, options), options, envelope);
  const notification = decodeDataNotification(apdu);
  if (isDecodeError(notification)) return notification;
  return finish(notification, readPushBody(notification.body, options), options, envelope);
}

function readEvent(apdu: Uint8Array, options: PushOptions, envelope: Envelope): DecodedPush | DecodeError {
  const notification = decodeEventNotification(apdu);
  if (isDecodeError(notification)) return notification;
  return finish(notification, readPushBody(notification.body, options), options, envelope);
}

function readReport(apdu: Uint8Array, options: PushOptions, envelope: Envelope): DecodedPush | DecodeError {
  const report = decodeInformationReport(apdu);
  if (isDecodeError(report)) return report;
  const objects = report.variables.map(({ name, value }): PushObject => {
    const known = options.shortNames?.[name];
    const code = `sn:${name.toString(16).toUpperCase().padStart(4, '0')}`;
    return known ? { ...known, value } : { code, value };
  });
  return finish(report, readPushObjects(objects, options), options, envelope);
}

function finish(
  head: { readonly time?: CosemDateTime; readonly invokeId?: LongInvokeId },
  body: PushBody,
  { resolveLocalTime }: { resolveLocalTime?: ResolveLocalTime },
  envelope: Envelope,
): DecodedPush {
  const time = head.time ?? body.clock;
  const instant = time && toInstant(time, resolveLocalTime);
  const sentAt = instant === undefined ? undefined : isoInstant(instant);
  const { systemTitle, invocationCounter, authenticated } = envelope;
  const clock = clockWarnings(time, resolveLocalTime !== undefined);
  return {
    device: systemTitle ? { ...body.device, systemTitle } : body.device,
    time: sentAt,
    clockInvalid: time && (time.status.invalid || time.status.doubtful),
    invokeId: head.invokeId?.id,
    confirmed: head.invokeId?.confirmed,
    invocationCounter,
    authenticated,
    measurements: body.measurements,
    loadProfiles: body.loadProfiles,
    events:
      body.events.length === 0
        ? body.events
        : body.events.map((event) => ({ ...event, time: event.time ?? sentAt })),
    warnings: joined(envelope.warnings, body.warnings, clock),
  };
}

/** Nearly always there is nothing to join. */
const joined = (...lists: readonly DecodedPush['warnings'][]): DecodedPush['warnings'] =>
  lists.every(({ length }) => length === 0) ? NO_WARNINGS : lists.flat();

const NO_WARNINGS: DecodedPush['warnings'] = [];

function clockWarnings(time: CosemDateTime | undefined, isResolved: boolean): DecodedPush['warnings'] {
  if (!time) return NO_WARNINGS;
  const warnings = [];
  if (time.status.invalid || time.status.doubtful) {
    warnings.push({
      code: 'CLOCK_INVALID',
      message: `The meter does not trust its clock, which shows ${formatLocal(time)}.`,
    });
  }
  if (time.deviation === undefined && !isResolved) {
    warnings.push({
      code: 'CLOCK_WITHOUT_OFFSET',
      message: `The meter's clock shows ${formatLocal(time)} without its offset from UTC: taken as UTC.`,
    });
  }
  return warnings;
}
