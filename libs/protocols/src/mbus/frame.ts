import { attempt, DecodeError, fail, isDecodeError } from '../decode-error.ts';
import type { ResolveLocalTime } from '../dlms/date-time.ts';
import type { DecodedPush, DecodeWarning } from '../measurement.ts';
import { addressOfLink, deviceOf, type MeterAddress } from './address.ts';
import { FormatMemory, rebuildFullFrame } from './compact-frame.ts';
import { obisMedium } from './device-type.ts';
import { isExtendedLink, openExtendedLink } from './extended-link-layer.ts';
import { AFL, readFragmentation, type Authentication } from './fragmentation.ts';
import { Fragments } from './fragments.ts';
import type { FindKey, Payload } from './payload.ts';
import { isPrivate } from './private-payload.ts';
import type { Records } from './reading.ts';
import { readRecords } from './records.ts';
import { isAuthentic, openTransport } from './security.ts';
import { applicationErrorName, MANUFACTURER_BITS, statusEvents } from './status.ts';
import { readTransport, type TransportHeader } from './transport-layer.ts';
import { isWired, readWired } from './wired-link.ts';
import { CI_AT, isWireless, offsetWithChecks, readWireless, skipSynchronisation } from './wireless-link.ts';

export interface MbusOptions {
  /** The AES-128 key of the meter, or who knows it. */
  readonly key?: Uint8Array | ((address: MeterAddress) => Uint8Array | undefined);
  /** Tells the instant of a meter's local time. Without it, local time is taken as UTC. */
  readonly resolveLocalTime?: ResolveLocalTime;
}

/** What is remembered from one frame to the next of the same call. */
interface Session {
  readonly options: MbusOptions;
  readonly findKey: FindKey;
  readonly formats: FormatMemory;
  readonly fragments: Fragments;
}

const KEY_OCTETS = 16;

/**
 * What one or several M-Bus frames behind each other say, wired (EN 13757-2) or wireless (EN 13757-4), one result a
 * frame. A frame that is damaged ends the reading where its end cannot be told.
 */
export function decodeMbus(bytes: Uint8Array, options: MbusOptions = {}): (DecodedPush | DecodeError)[] {
  const session: Session = {
    options,
    findKey: keyFinder(options.key),
    formats: new FormatMemory(),
    fragments: new Fragments(),
  };
  const results: (DecodedPush | DecodeError)[] = [];
  let at = 0;
  do {
    const frameAt = at;
    const found = attempt(() => readFrame(bytes, frameAt, session));
    if (isDecodeError(found)) return [...results, found];
    if (found.result) results.push(found.result);
    at = frameAt + found.length;
  } while (at < bytes.length && (isWired(bytes, at) || isWireless(bytes, at)));
  if (at < bytes.length) noteTrailing(results, bytes.length - at);
  const unfinished = session.fragments.unfinished();
  return unfinished ? [...results, unfinished] : results;
}

function keyFinder(key: MbusOptions['key']): FindKey {
  return (address, offset) => {
    const found = typeof key === 'function' ? key(address) : key;
    if (!found) {
      fail(
        'MBUS_KEY_MISSING',
        `The frame of ${address.manufacturer}-${address.identification} is encrypted: give its key.`,
        offset,
      );
    }
    if (found.length !== KEY_OCTETS) {
      fail('MBUS_KEY_INVALID', `A key has ${KEY_OCTETS} octets, the one given has ${found.length}.`, offset);
    }
    return found;
  };
}

/** Receivers put signal strength and the like behind a frame. */
function noteTrailing(results: (DecodedPush | DecodeError)[], octets: number): void {
  const last = results.at(-1);
  if (!last || isDecodeError(last)) return;
  const message = `${octets} octets behind the end of the frame were not read.`;
  (last.warnings as DecodeWarning[]).push({ code: 'MBUS_TRAILING_OCTETS', message });
}

interface Found {
  /** Absent for a fragment that others follow. */
  readonly result?: DecodedPush | DecodeError;
  readonly length: number;
}

function readFrame(bytes: Uint8Array, start: number, session: Session): Found {
  if (bytes.length === start) fail('FRAME_TRUNCATED', 'There is no frame.', start);
  if (isWired(bytes, start)) return readWiredFrame(bytes, start, session);
  const at = skipSynchronisation(bytes, start);
  if (!isWireless(bytes, at)) {
    fail(
      'MBUS_FRAME_UNKNOWN',
      'This is no M-Bus frame: a wired one begins with 68h L L 68h, a wireless one with its length and a control field.',
      at,
    );
  }
  const frame = readWireless(bytes, at);
  const body = frame.bytes;
  const result = attempt(() => {
    if (body.length <= CI_AT) return linkOnly(addressOfLink(body, 2));
    return readMessage({ bytes: body, at: CI_AT, end: body.length }, addressOfLink(body, 2), session);
  });
  const located = isDecodeError(result)
    ? relocated(result, (offset) => at + offsetWithChecks(frame.format, offset))
    : result;
  return { result: located, length: at - start + frame.length };
}

const relocated = (error: DecodeError, place: (offset: number) => number) =>
  new DecodeError(error.code, error.message, place(error.offset));

function readWiredFrame(bytes: Uint8Array, start: number, session: Session): Found {
  const { start: at, end, length } = readWired(bytes, start);
  if (at === end) return { result: linkOnly(undefined), length };
  return { result: attempt(() => readMessage({ bytes, at, end }, undefined, session)), length };
}

/** Acknowledgements, requests and other frames of the link layer alone. */
function linkOnly(address: MeterAddress | undefined): DecodedPush {
  return {
    device: address ? deviceOf(address) : {},
    measurements: [],
    loadProfiles: [],
    events: [],
    warnings: [{ code: 'MBUS_WITHOUT_DATA', message: 'The frame acknowledges or asks; it carries no data.' }],
  };
}

/** Layer by layer: extended link, authentication and fragmentation, transport with its security, application. */
function readMessage(
  link: Payload,
  linkAddress: MeterAddress | undefined,
  session: Session,
): DecodedPush | undefined {
  const { findKey } = session;
  let payload = isExtendedLink(link.bytes[link.at]) ? openExtendedLink(link, linkAddress, findKey) : link;
  let authentication: Authentication | undefined;
  if (payload.bytes[payload.at] === AFL) {
    const fragment = readFragmentation(payload);
    authentication = session.fragments.join(linkAddress, fragment);
    if (!authentication) return undefined;
    payload = authentication.payload;
  }
  if (payload.at >= payload.end) return linkOnly(linkAddress);
  const header = readTransport(payload, linkAddress?.manufacturer);
  const address = header.address ?? linkAddress;
  const { payload: body, alreadyPlain } = openTransport(header, address, authentication, findKey);
  const authenticated = alreadyPlain ? undefined : verify(authentication, payload, address, session);
  return readApplication(header, body, address, session, {
    invocationCounter: authentication?.counter && readCounter(authentication.counter),
    authenticated,
  });
}

const readCounter = (octets: Uint8Array) =>
  octets[0]! + octets[1]! * 0x100 + octets[2]! * 0x1_0000 + octets[3]! * 0x100_0000;

function verify(
  authentication: Authentication | undefined,
  message: Payload,
  address: MeterAddress | undefined,
  { options, findKey }: Session,
): boolean | undefined {
  if (!authentication?.mac || !address) return undefined;
  if (!options.key) return false;
  const key = findKey(address, message.at);
  if (!isAuthentic(authentication, message.bytes.subarray(message.at, message.end), key, address)) {
    fail(
      'MBUS_MAC_MISMATCH',
      'The authentication code does not fit: the frame was changed, or the key is of another meter.',
      message.at,
    );
  }
  return true;
}

function readApplication(
  header: TransportHeader,
  { bytes, at, end }: Payload,
  address: MeterAddress | undefined,
  session: Session,
  proof: Pick<DecodedPush, 'invocationCounter' | 'authenticated'>,
): DecodedPush {
  const context = {
    medium: obisMedium(address?.deviceType ?? 0),
    resolveLocalTime: session.options.resolveLocalTime,
  };
  let records: Records | undefined;
  if (header.kind === 'records') {
    if (address && isPrivate(address)) refusePrivate(address, at);
    records = readRecords(bytes, at, end, context);
    session.formats.keepFrame(bytes, at, end);
  } else if (header.kind === 'compact') {
    const full = rebuildFullFrame(bytes, at, end, session.formats);
    records = readRecords(full, 0, full.length, context);
  } else if (header.kind === 'format') session.formats.keepFormat(bytes, at, end);
  else if (header.kind === 'error') {
    const code = bytes[at] ?? 0;
    fail('MBUS_APPLICATION_ERROR', `The meter answers with an error: ${applicationErrorName(code)}.`, at);
  }
  if (records?.standardRecords === 0 && records.hasManufacturerData) refusePrivate(address, at);
  return finish(header, address, records, proof, header.kind === 'alarm' ? bytes[at] : undefined);
}

function refusePrivate(address: MeterAddress | undefined, at: number): never {
  fail(
    'MBUS_PAYLOAD_PRIVATE',
    `The payload is in a format of ${address?.manufacturer ?? 'the manufacturer'} alone: it is not published.`,
    at,
  );
}

function finish(
  { status = 0 }: TransportHeader,
  address: MeterAddress | undefined,
  records: Records | undefined,
  { invocationCounter, authenticated }: Pick<DecodedPush, 'invocationCounter' | 'authenticated'>,
  alarm: number | undefined,
): DecodedPush {
  const time = records?.clock?.iso;
  const events = status & ~MANUFACTURER_BITS ? statusEvents(status) : [];
  if (alarm) events.push({ code: `alarm:${alarm}`, name: 'alarm', type: 'other' });
  events.push(...(records?.events ?? []));
  return {
    device: address ? deviceOf(address) : {},
    time,
    invocationCounter,
    authenticated,
    measurements: records?.measurements ?? [],
    loadProfiles: records?.loadProfiles ?? [],
    events,
    warnings: records?.warnings ?? [],
  };
}
