import { exact } from '../domain/rating/exact.ts';

export type Language = 'en' | 'ko';

/** How a bill's numbers and dates are written in a language; numbers come in as exact decimals and stay exact. */
export interface Formats {
  readonly language: Language;
  /** With all digits that the amount has, and at least those of the currency's coins. */
  money(amount: string): string;
  /** Rounded to what can be paid in coins, for means. */
  moneyRounded(amount: string): string;
  /** With at most so many digits after the point, rounded half up. */
  rounded(value: string, digits: number): string;
  /** Of a share: 0.1 is 10 %. */
  percent(share: string): string;
  /** Of a local date, ISO 8601. */
  date(date: string): string;
  /** Of an instant, as clocks of the time zone showed it. */
  dateTime(instant: string, timeZone: string): string;
  /** Month and day, as short as the language writes them. */
  shortDate(date: string): string;
  /** Of half-open local dates, written with the last day that belongs to them. */
  period(start: string, end: string): string;
}

const MOST_DIGITS = 20;
/** Of quantities that have no last digit, such as converted gas. */
export const SHOWN_DECIMALS = 6;
const DAY_MILLISECONDS = 86_400_000;

const made = new Map<string, Formats>();

/** Made once a language and currency (ISO 4217): making them takes longer than writing a bill. */
export function formatsFor(language: Language, currency: string): Formats {
  const key = `${language} ${currency}`;
  let formats = made.get(key);
  if (!formats) made.set(key, (formats = makeFormats(language, currency)));
  return formats;
}

function makeFormats(language: Language, currency: string): Formats {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: MOST_DIGITS });
  const money = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: coinDigits(currency),
    maximumFractionDigits: MOST_DIGITS,
  });
  const coins = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: MOST_DIGITS });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  const shortDate = new Intl.DateTimeFormat(language, {
    ...(language === 'ko' ? { month: 'numeric' } : { month: 'short' }),
    day: 'numeric',
    timeZone: 'UTC',
  });
  return {
    language,
    money: (amount) => plain(money.format(amount as Intl.StringNumericLiteral)),
    moneyRounded: (amount) => plain(coins.format(amount as Intl.StringNumericLiteral)),
    rounded: (value, digits) =>
      plain(numbers.format(exact(value).toDecimalPlaces(digits).toFixed() as Intl.StringNumericLiteral)),
    percent: (share) => plain(percent.format(share as Intl.StringNumericLiteral)),
    date: (text) => plain(date.format(new Date(text))),
    dateTime: (instant, timeZone) =>
      plain(
        new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
          new Date(instant),
        ),
      ),
    shortDate: (text) => plain(shortDate.format(new Date(text))),
    period: (start, end) => plain(date.formatRange(new Date(start), lastDay(end))),
  };
}

/** A unit as it is printed. */
export function unitSymbol(unit: string): string {
  return unit.replace('m3', 'm³');
}

function coinDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 0
  );
}

function lastDay(end: string): Date {
  return new Date(Date.parse(end) - DAY_MILLISECONDS);
}

/** Thin and unbreakable spaces, which not every font has, as plain ones; the hyphen before a number as a minus. */
function plain(text: string): string {
  return text.replace(/[\u00a0\u2009\u202f]/g, ' ').replace(/-(?=\P{L}?\d)/u, '\u2212');
}
