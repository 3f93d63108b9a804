import type { CodecOptions } from '@metermesh/protocols';

/**
 * A frame whose decoding is measured by `npm run bench -- decode`. Every file of this folder but this one exports one,
 * or several in an array, as its default.
 */
export interface DecodeCase {
  /** As on the command line of `decode`. */
  readonly protocol: string;
  /** What tells it from other cases of the protocol, e.g. `96 rows × 2 channels, encrypted`. */
  readonly label?: string;
  readonly frame: Uint8Array;
  readonly options?: CodecOptions;
  /** Readings that the frame carries: interval values and registers. The benchmark checks that so many come out. */
  readonly readings: number;
  /**
   * The same readings as a partner would write them in JSON. It is parsed and no more: times stay text, which the codec
   * does not get away with.
   */
  readonly json: string;
  /** The cipher that an encrypted frame costs at least, and the octets that it is run over. */
  readonly cipher?: {
    readonly algorithm: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-128-ctr';
    readonly octets: number;
  };
}
