import { hash } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { HoldReasonSchema, type HoldReason } from '@metermesh/contracts';
import { localDayOf } from '@metermesh/metering';
import { daysOf } from './billing-determinant.ts';
import type { Period } from '../rating/period.ts';
import type { ValidatedDay } from './validated-day.ts';

/** Most of a period's intervals, as a share of 1, that may be other than measured and valid. */
export interface QualityLimits {
  readonly suspectShare: number;
  readonly estimatedShare: number;
}

const NAMED_DATES = 10;
const DIGEST_DIGITS = 32;

/**
 * Why the readings of a channel do not bill a period yet; empty: they do. Codes: `READINGS_MISSING` (days or intervals are
 * not there), `READINGS_SUSPECT`, `READINGS_ESTIMATED` (more than the limits allow).
 */
export function readingFaults(
  period: Period,
  timeZone: string,
  days: readonly ValidatedDay[],
  limits: QualityLimits,
): HoldReason[] {
  const used = daysOf(period, days);
  return [
    ...daysMissing(period, used),
    ...intervalsMissing(used, timeZone),
    ...tooMany('READINGS_SUSPECT', 'suspect', used, (day) => day.suspectIntervals, limits.suspectShare),
    ...tooMany(
      'READINGS_ESTIMATED',
      'estimated',
      used,
      (day) => day.estimatedIntervals,
      limits.estimatedShare,
    ),
  ];
}

function daysMissing(period: Period, used: readonly ValidatedDay[]): HoldReason[] {
  if (used.length === period.days.length) return [];
  const present = new Set(used.map(({ date }) => date));
  const absent = period.days.filter((date) => !present.has(date));
  if (absent.length === 0) return [];
  return [
    reason(
      'READINGS_MISSING',
      `${absent.length} of ${period.days.length} days have no readings: ${listed(absent)}.`,
    ),
  ];
}

/** A day that begins or ends elsewhere than the usage point's own day lacks intervals too, or holds those of another day. */
function intervalsMissing(used: readonly ValidatedDay[], timeZone: string): HoldReason[] {
  const withGaps = used.filter((day) => day.missingIntervals > 0 || !fills(day, timeZone));
  if (withGaps.length === 0) return [];
  const dates = withGaps.map(
    ({ date, missingIntervals, intervals }) => `${date} (${missingIntervals} of ${intervals})`,
  );
  return [reason('READINGS_MISSING', `Intervals are missing on ${listed(dates)}.`)];
}

function fills({ date, startsAt, intervals, intervalSeconds }: ValidatedDay, timeZone: string): boolean {
  const day = localDayOf(startsAt, timeZone);
  return (
    day.date === date && day.start === startsAt && day.end === startsAt + intervals * intervalSeconds * 1000
  );
}

function tooMany(
  code: string,
  what: string,
  used: readonly ValidatedDay[],
  countOf: (day: ValidatedDay) => number,
  share: number,
): HoldReason[] {
  const count = used.reduce((total, day) => total + countOf(day), 0);
  const intervals = used.reduce((total, day) => total + day.intervals, 0);
  if (count <= intervals * share) return [];
  const found = used.filter((day) => countOf(day) > 0);
  const dates = found.map(({ date }) => date);
  return [
    reason(
      code,
      `${count} of ${intervals} intervals are ${what}, more than ${share * 100} %: on ${listed(dates)}. Have them read again or corrected.`,
      digestOf(found),
    ),
  ];
}

function listed(dates: readonly string[]): string {
  const more = dates.length - NAMED_DATES;
  return dates.slice(0, NAMED_DATES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Changes with any of the days: the first octets of SHA-256 over their versions. */
function digestOf(days: readonly ValidatedDay[]): string {
  return hash('sha256', days.map(({ date, version }) => `${date} ${version}`).join('\n')).slice(
    0,
    DIGEST_DIGITS,
  );
}

/** Why a cycle is held. @param days digest of those that it is about, where it is about any */
export const reason = (code: string, message: string, days = ''): HoldReason =>
  create(HoldReasonSchema, { code, message, days });

export function sameReasons(one: readonly HoldReason[], other: readonly HoldReason[]): boolean {
  return one.length === other.length && one.every((each) => isAmong(other, each));
}

/** Whether one of the reasons says the same of the same days in the same versions. */
export const isAmong = (reasons: readonly HoldReason[], { code, message, days }: HoldReason): boolean =>
  reasons.some((each) => each.code === code && each.message === message && each.days === days);

/** Whether what was to be billed is held instead, with these reasons. */
export const isHeld = <Rated>(outcome: Rated | HoldReason[]): outcome is HoldReason[] =>
  Array.isArray(outcome);
