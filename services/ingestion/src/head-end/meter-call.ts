import { randomBytes } from 'node:crypto';
import { refuse, type Refusal } from '@metermesh/decider';
import {
  ClientAssociation,
  converse,
  isDecodeError,
  type ClientSettings,
  type Conversation,
  type DecodeError,
} from '@metermesh/protocols';
import type { MeterKeys } from '../domain/known-meter.ts';
import { DlmsExchange, NoAnswer } from './dlms-exchange.ts';
import type { DlmsAddress } from './network-address.ts';

/** All that it takes to call a meter. */
export interface MeterAccess {
  readonly address: DlmsAddress;
  /** Of low-level security. */
  readonly password?: Uint8Array;
  /** Of `high-gmac`. */
  readonly keys?: MeterKeys;
  /** Our own, 8 octets. */
  readonly systemTitle: Uint8Array;
  /** For the connection and for each answer. */
  readonly timeoutMs: number;
  /** The first of {@link COUNTERS_OF_A_CALL} invocation counters under these keys that nobody else is given, now or later. */
  reserveCounters(): Promise<number>;
}

/** More than any call takes: one an APDU, and the longest profile comes in fewer blocks. */
export const COUNTERS_OF_A_CALL = 1 << 14;

/** Holds a conversation over the association that is open. @throws {NoAnswer} where the meter falls silent */
export type Hold = <Outcome>(conversation: Conversation<Outcome>) => Promise<Outcome>;

/**
 * Opens an association with a meter, as its network address and its keys have it, and closes it after `use`.
 *
 * Refuses with METER_UNREACHABLE, ASSOCIATION_REFUSED or METER_ANSWER_UNREADABLE where none comes about.
 *
 * @throws {NoAnswer} where the meter falls silent within `use`
 */
export async function callMeter<Outcome>(
  access: MeterAccess,
  use: (association: ClientAssociation, hold: Hold) => Promise<Outcome>,
): Promise<Outcome | Refusal> {
  let exchange: DlmsExchange | undefined;
  try {
    const association = new ClientAssociation(await settingsOf(access));
    const opened = await DlmsExchange.open(access.address, access.timeoutMs).catch(silence);
    if (opened instanceof NoAnswer) return unreachable(access.address, opened.message);
    exchange = opened;
    const hold = held(opened);
    const associated = await hold(association.open()).catch(silence);
    if (associated instanceof NoAnswer) return unreachable(access.address, associated.message);
    if (isDecodeError(associated)) return notAssociated(associated);
    const outcome = await use(association, hold);
    await hold(association.release()).catch(silence);
    return outcome;
  } finally {
    exchange?.close();
  }
}

/** Counters that were not reserved must not be used. */
function held(exchange: DlmsExchange): Hold {
  let left = COUNTERS_OF_A_CALL / 2;
  return (conversation) =>
    converse(conversation, (apdu) => {
      if (--left < 0) throw new NoAnswer('it was asked more often than one call allows');
      return exchange.ask(apdu);
    });
}

async function settingsOf({ address, ...access }: MeterAccess): Promise<ClientSettings> {
  const { password, keys, systemTitle, reserveCounters } = access;
  const security = address.security ?? (password ? 'low' : 'lowest');
  if (security !== 'high-gmac') return { mechanism: security, secret: password };
  const invocationCounter = keys ? await reserveCounters() : 0;
  return {
    mechanism: 'high-gmac',
    challenge: randomBytes(16),
    protection: keys && { systemTitle, keys, invocationCounter },
  };
}

function silence(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  throw error;
}

/** Codes that say that the other side, or we, could not prove who they are. */
const NOT_PROVEN = new Set([
  'DLMS_ASSOCIATION_REFUSED',
  'DLMS_SERVER_NOT_AUTHENTICATED',
  'DLMS_MECHANISM_UNSUPPORTED',
  'DLMS_SERVICE_REFUSED',
  'DLMS_DECRYPTION_FAILED',
]);

function notAssociated({ code, message }: DecodeError): Refusal {
  if (!NOT_PROVEN.has(code)) return unreadable(message);
  return refuse(
    'ASSOCIATION_REFUSED',
    `${message} Check the password or keys of the meter, and security and client in its network address.`,
  );
}

export const unreachable = ({ host, port }: DlmsAddress, reason: string): Refusal =>
  refuse('METER_UNREACHABLE', `The meter at ${host}:${port} did not answer (${reason}). Try again later.`);

export const unreadable = (reason: string): Refusal =>
  refuse('METER_ANSWER_UNREADABLE', `The meter answered what cannot be read: ${reason}`);
