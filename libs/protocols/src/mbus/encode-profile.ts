import { integerOctets, littleEndian, type RecordToSend } from './encode-records.ts';

export interface ProfileToSend {
  /** VIF and VIFEs of the register, e.g. `vib.volumeL`. */
  readonly vib: readonly number[];
  /** Storage number of the profile; values follow from the next one on. */
  readonly storage: number;
  readonly tariff?: number;
  /** What the meter's clock shows when the base value was read, as if it were UTC: where the first interval begins. */
  readonly baseTime: number;
  /** The register then. */
  readonly base: number;
  /** Seconds; one to 250 whole seconds, minutes, hours or days. */
  readonly intervalSeconds: number;
  /** The register at the end of each interval, never falling. */
  readonly values: readonly number[];
}

const COMPACT_PROFILE = 0x1f;
const INCREMENTS = 0x40;
const EXTENSION = 0x80;
const LARGEST_SPACING = 250;
const SPACINGS = [1, 60, 3600, 86_400];
/** Data fields of increments by their octets. */
const FIELDS = [0, 0x01, 0x02, 0x03, 0x04];

/**
 * Base time, base value and a compact profile of increments (EN 13757-3, Annex F). Throws a RangeError for spacings
 * that a profile cannot have, falling registers, and more values than fit a record.
 */
export function profileRecords(profile: ProfileToSend): RecordToSend[] {
  const { vib, storage, tariff, baseTime, base, intervalSeconds, values } = profile;
  const increments = values.map((value, index) => value - (index === 0 ? base : values[index - 1]!));
  const largest = Math.max(0, ...increments);
  const octets = [1, 2, 3, 4].find((each) => largest < 256 ** each - 1);
  if (!octets || increments.some((each) => !Number.isInteger(each) || each < 0)) {
    throw new RangeError('The values of a profile are whole and do not fall.');
  }
  const unit = SPACINGS.findLastIndex(
    (seconds) => intervalSeconds % seconds === 0 && intervalSeconds / seconds <= LARGEST_SPACING,
  );
  if (unit < 0 || intervalSeconds <= 0)
    throw new RangeError(`No profile has a spacing of ${intervalSeconds} s.`);
  const control = INCREMENTS | (unit << 4) | FIELDS[octets]!;
  const data = Uint8Array.of(
    control,
    intervalSeconds / SPACINGS[unit]!,
    ...increments.flatMap((each) => [...littleEndian(BigInt(each), octets)]),
  );
  integerOctets(base, 4);
  return [
    { vib: [0x6d], storage, data: { field: 'seconds', value: baseTime } },
    { vib, storage, tariff, data: { field: 'int32', value: base } },
    { vib: extended(vib), storage, tariff, data: { field: 'octets', value: data } },
  ];
}

const extended = (vib: readonly number[]) => [...vib.slice(0, -1), vib.at(-1)! | EXTENSION, COMPACT_PROFILE];
