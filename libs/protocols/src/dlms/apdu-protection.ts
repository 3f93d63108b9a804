import { DecodeError, isDecodeError } from '../decode-error.ts';
import { dedTagOf, gloTagOf, isCiphered } from './ciphered-tags.ts';
import { readCiphered, type Keys } from './ciphering.ts';
import { decrypt } from './decryption.ts';
import { encryptGeneralDed, encryptGeneralGlo, encryptService, type Sealing } from './sealing.ts';

/** How one side of an association ciphers what it sends. */
export interface ProtectionSettings {
  /** Of this side, 8 octets. */
  readonly systemTitle: Uint8Array;
  readonly keys: Keys;
  /** The next invocation counter of this side. It must never be used twice under a key: store it before sending. */
  readonly invocationCounter: number;
  /** Cipher as general-glo or general-ded instead of the form of each service. */
  readonly general?: boolean;
}

/** Ciphers the APDUs of one association and opens those of the other side, whose counter has to rise. */
export class ApduProtection {
  readonly #settings: ProtectionSettings;
  #counter: number;
  #peerTitle: Uint8Array | undefined;
  #peerCounter = -1;
  #dedicatedKey: Uint8Array | undefined;

  constructor(settings: ProtectionSettings) {
    this.#settings = settings;
    this.#counter = settings.invocationCounter;
    this.#peerTitle = undefined;
    this.#dedicatedKey = undefined;
  }

  /** The counter that the next APDU will have. */
  get invocationCounter(): number {
    return this.#counter;
  }

  /** Who the other side is, from its AARQ or AARE. */
  meet(systemTitle: Uint8Array): void {
    this.#peerTitle = systemTitle;
  }

  /** From the initiate-request on, services are ciphered with this key. */
  agreeOn(dedicatedKey: Uint8Array | undefined): void {
    this.#dedicatedKey = dedicatedKey;
  }

  /** What f(challenge) and {@link seal} cipher with; every call takes a counter. */
  nextSealing(): Sealing {
    const { systemTitle, keys } = this.#settings;
    return { systemTitle, keys, invocationCounter: this.#counter++ };
  }

  seal(apdu: Uint8Array): Uint8Array {
    const sealing = this.nextSealing();
    const dedicated = this.#dedicatedKey && dedTagOf(apdu[0]!) !== undefined ? this.#dedicatedKey : undefined;
    const withKey = dedicated ? { ...sealing, keys: { ...sealing.keys, encryptionKey: dedicated } } : sealing;
    const tag = this.#settings.general ? undefined : dedicated ? dedTagOf(apdu[0]!) : gloTagOf(apdu[0]!);
    if (tag !== undefined) return encryptService(tag, apdu, withKey);
    return dedicated ? encryptGeneralDed(apdu, withKey) : encryptGeneralGlo(apdu, withKey);
  }

  /**
   * The APDU in what the other side has ciphered. Errors: those of `decrypt`, `DLMS_CIPHERING_REQUIRED`,
   * `DLMS_NOT_AUTHENTICATED`, `DLMS_INVOCATION_COUNTER_LOW`.
   */
  open(apdu: Uint8Array): Uint8Array | DecodeError {
    const { keys } = this.#settings;
    if (!isCiphered(apdu[0])) {
      return new DecodeError('DLMS_CIPHERING_REQUIRED', 'The other side answered in clear text.', 0);
    }
    const ciphered = readCiphered(apdu);
    if (isDecodeError(ciphered)) return ciphered;
    const opened = decrypt(ciphered, { ...keys, dedicatedKey: this.#dedicatedKey }, this.#peerTitle);
    if (isDecodeError(opened)) return opened;
    if (keys.authenticationKey && !opened.authenticated) {
      return new DecodeError('DLMS_NOT_AUTHENTICATED', 'The other side did not authenticate its APDU.', 0);
    }
    if (ciphered.invocationCounter <= this.#peerCounter) {
      return new DecodeError(
        'DLMS_INVOCATION_COUNTER_LOW',
        `Invocation counter ${ciphered.invocationCounter} is not above ${this.#peerCounter}: a repeated APDU.`,
        ciphered.contentOffset - 4,
      );
    }
    this.#peerCounter = ciphered.invocationCounter;
    return opened.apdu;
  }
}
