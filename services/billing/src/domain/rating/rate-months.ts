import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { localDay } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact, sum } from './exact.ts';
import { periodOf, type Period } from './period.ts';
import { chargeAmount, rateBill, type BillLine, type RatedBill, type RatingRequest } from './rate-bill.ts';
import { checkedRequest } from './rating-request.ts';
import { valueOn, type ChargeOf, type Tariff } from '../tariff/tariff.ts';

const MINUTE = 60_000;
const MONTHS_A_YEAR = 12;

/** The bills of a longer time, a month each, and what is settled over all of them. */
export interface RatedMonths {
  readonly tariff: string;
  readonly total: string;
  readonly currency: string;
  readonly months: readonly RatedBill[];
  /** Those of all months, with their dates, and what only whole years can tell, such as their minimum. */
  readonly lines: readonly BillLine[];
}

export interface MonthsOptions {
  /** The same months of the year before had the same demand, as models of a year suppose; else it is unknown. */
  readonly sameYearBefore?: boolean | undefined;
}

/**
 * Rates a request as its tariff bills: a period of several months as one bill, or month by month where it says so; a whole year
 * is then taken for one like the year before, unless the request tells the demand of that. Refusals: those of `rateBill`
 * and of `rateMonths`.
 */
export function ratePeriod(tariff: Tariff, unchecked: RatingRequest): RatedBill | RatedMonths | Refusal {
  const request = checkedRequest(unchecked);
  if (isRefusal(request)) return request;
  const period = periodOf(request.start, request.end);
  if (isRefusal(period)) return period;
  const isOne = period.days.length <= tariff.billingMonth.longestDays;
  if (isOne || tariff.severalMonths !== 'apart') return rateBill(tariff, request);
  const isYear = monthsOf(request).length === MONTHS_A_YEAR;
  return rateMonths(tariff, request, { sameYearBefore: isYear && !request.demandHistory });
}

/**
 * Rates the intervals of a request month by month, each from the day of the month that the period begins, so that every
 * month's demand raises those after it by the tariff's ratchets. Refusals: `REQUEST_INVALID` where there are no intervals,
 * and those of `rateBill`, naming the month.
 */
export function rateMonths(
  tariff: Tariff,
  unchecked: RatingRequest,
  { sameYearBefore = false }: MonthsOptions = {},
): RatedMonths | Refusal {
  const request = checkedRequest(unchecked);
  if (isRefusal(request)) return request;
  const requests = monthlyRequests(request);
  if (isRefusal(requests)) return requests;
  const given = request.demandHistory ?? {};
  const rated = rateInTurn(tariff, requests, given);
  const isModel = sameYearBefore && !isRefusal(rated);
  const months = isModel ? rateInTurn(tariff, requests, { ...yearBefore(rated.history), ...given }) : rated;
  if (isRefusal(months)) return months;
  const lines = [
    ...months.bills.flatMap((bill, index) => datedLines(bill, requests[index]!)),
    ...annualMinima(tariff, request.start, months.bills),
  ];
  return {
    tariff: tariff.id,
    total: decimalString(sum(lines.map(({ amount }) => exact(amount)))),
    currency: tariff.currency,
    months: months.bills,
    lines,
  };
}

type History = NonNullable<RatingRequest['demandHistory']>;

function rateInTurn(
  tariff: Tariff,
  requests: readonly RatingRequest[],
  before: History,
): { bills: RatedBill[]; history: History } | Refusal {
  const bills: RatedBill[] = [];
  const history: History = { ...before };
  for (const request of requests) {
    const bill = rateBill(tariff, { ...request, demandHistory: history });
    if (isRefusal(bill)) return refuse(bill.code, `${request.start} to ${request.end}: ${bill.message}`);
    history[monthOf(request.start)] = Object.fromEntries(
      bill.determinants
        .filter(({ code }) => code === 'max-demand')
        .map(({ of = '', quantity }) => [of, quantity]),
    );
    bills.push(bill);
  }
  return { bills, history };
}

/** The request cut into its months, the last as long as it is. */
function monthlyRequests(request: RatingRequest): RatingRequest[] | Refusal {
  const period = periodOf(request.start, request.end);
  if (isRefusal(period)) return period;
  const { intervals, ...rest } = request.usage;
  if (!intervals || Object.keys(rest).length > 0)
    return refuse('REQUEST_INVALID', 'usage: months are told apart by usage.intervals; give these alone.');
  const { start: _, minutes, timeZone, ...series } = intervals;
  const slotOf = (date: string) =>
    Math.round((midnight(date, timeZone) - midnight(period.start, timeZone)) / MINUTE / minutes);
  return monthsOf(period).map(({ start, end }) => {
    const isLast = end === period.end;
    const cut = Object.entries(series).map(([name, values]) => [
      name,
      values?.slice(slotOf(start), isLast ? undefined : slotOf(end)),
    ]);
    const own = {
      start: `${start}T00:00`,
      minutes,
      ...(timeZone && { timeZone }),
      ...Object.fromEntries(cut),
    };
    return { ...request, start, end, usage: { intervals: own } };
  });
}

/** Each from the day of the month that the first begins with; the last as long as it is. */
function monthsOf({ start, end }: Pick<Period, 'start' | 'end'>): { start: string; end: string }[] {
  const first = Temporal.PlainDate.from(start);
  const after = (months: number) => first.add({ months }).toString();
  const found: { start: string; end: string }[] = [];
  while (after(found.length) < end)
    found.push({ start: after(found.length), end: earlier(after(found.length + 1), end) });
  return found;
}

const earlier = (one: string, other: string): string => (one < other ? one : other);

/** The lines of a month among those of others. */
function datedLines({ lines }: RatedBill, { start, end }: RatingRequest): BillLine[] {
  return lines.map((line) => ({ ...line, from: line.from ?? start, to: line.to ?? end }));
}

/** The least that a year's charges come to, where whole years are rated. */
function annualMinima(tariff: Tariff, start: string, bills: readonly RatedBill[]): BillLine[] {
  if (bills.length === 0 || bills.length % MONTHS_A_YEAR !== 0) return [];
  const years = bills.length / MONTHS_A_YEAR;
  return tariff.charges
    .filter((charge): charge is ChargeOf<'minimum'> => charge.kind === 'minimum' && charge.per === 'year')
    .flatMap((charge) => {
      const rate = valueOn(charge.rate, start);
      if (typeof rate !== 'string') return [];
      const charged = sum(bills.flatMap((bill) => charge.of.map((code) => exact(chargeAmount(bill, code)))));
      const lacking = exact(rate).times(years).minus(charged);
      if (!lacking.greaterThan(0)) return [];
      const amount = decimalString(lacking);
      const description = `${charge.name.en} (at least ${rate} a year)`;
      return [{ code: charge.code, charge: charge.code, description, quantity: '1', rate: amount, amount }];
    });
}

function yearBefore(history: History): History {
  return Object.fromEntries(
    Object.entries(history).map(([month, demand]) => [
      `${Number(month.slice(0, 4)) - 1}${month.slice('YYYY'.length)}`,
      demand,
    ]),
  );
}

const midnight = (date: string, timeZone = 'UTC'): number => localDay(date, timeZone).start;
const monthOf = (date: string): string => date.slice(0, 'YYYY-MM'.length);
