import { randomBytes } from 'node:crypto';
import {
  AARQ,
  decodeAssociationRequest,
  isDecodeError,
  ServerAssociation,
  type CosemObjects,
  type ServerSettings,
} from '@metermesh/protocols';
import type { DlmsMeter } from './dlms-meter.ts';

/** More APDUs than an association ever has. */
const COUNTERS = 1000;

/**
 * A meter's side of one application association: with its password (low-level security), or with its keys (HLS-GMAC, all
 * APDUs ciphered), as the client asks for. Others are refused.
 */
export class MeterAssociation {
  private readonly meter: DlmsMeter;
  private readonly password: Uint8Array;
  private readonly objects: CosemObjects;
  private association: ServerAssociation;

  constructor(meter: DlmsMeter, password: Uint8Array, objects: CosemObjects) {
    this.meter = meter;
    this.password = password;
    this.objects = objects;
    this.association = this.associate(this.low());
  }

  /** The APDU that answers an APDU. */
  answer(apdu: Uint8Array): Uint8Array {
    if (apdu[0] === AARQ) {
      const request = decodeAssociationRequest(apdu);
      const isHigh = !isDecodeError(request) && request.mechanism === 'high-gmac';
      this.association = this.associate(isHigh ? this.high() : this.low());
    }
    return this.association.answer(apdu);
  }

  private associate(settings: ServerSettings): ServerAssociation {
    return new ServerAssociation(settings, this.objects);
  }

  private low(): ServerSettings {
    return { mechanism: 'low', secret: this.password };
  }

  private high(): ServerSettings {
    const { systemTitle, encryptionKey, authenticationKey } = this.meter.settings;
    return {
      mechanism: 'high-gmac',
      challenge: randomBytes(16),
      protection: {
        systemTitle,
        keys: { encryptionKey, authenticationKey },
        invocationCounter: this.meter.reserveInvocations(COUNTERS),
      },
    };
  }
}
