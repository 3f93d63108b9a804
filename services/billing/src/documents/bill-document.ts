import { readingType } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import { decimalString, exact } from '../domain/rating/exact.ts';
import { billBasis, type BillBasis } from './bill-basis.ts';
import type { BillFacts, Payment, Utility } from './bill-facts.ts';
import { billNames, type BillNames } from './bill-names.ts';
import { chargeTotals, computedLines, type ChargeTotal, type ComputedLine } from './charge-lines.ts';
import { comparison, daysOf, type Comparison } from './comparison.ts';
import { formatsFor, type Formats, type Language } from './formats.ts';
import { explanations, type Explanation } from './legend.ts';
import { tierPositions, type TierPosition } from './tier-position.ts';
import { mainUsage, usageChart, type UsageChart } from './usage-chart.ts';
import { wordsIn, type BilledService, type Words } from './words.ts';

/**
 * A bill as it is read: every text in its language, every number written out, whatever it is drawn with. The same facts
 * always make the same document.
 */
export interface BillDocument {
  readonly language: Language;
  readonly words: Words;
  readonly utility: Utility;
  readonly title: string;
  /** Title and period: what a window or a file is called. */
  readonly fullTitle: string;
  readonly issuedAt: Date;
  readonly stamp?: { readonly text: string; readonly note: string };
  readonly facts: readonly Fact[];
  readonly amount: AmountDue;
  readonly charges: readonly ChargeTotal[];
  readonly total: string;
  readonly usage?: UsageChart;
  readonly tiers: readonly TierPosition[];
  readonly comparison: Comparison;
  readonly lines: readonly ComputedLine[];
  readonly basis: BillBasis;
  readonly explanations: readonly Explanation[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface AmountDue {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** Of a bill that no longer counts. */
  readonly isVoid?: boolean;
  /** How it comes about, and until when it is to be paid. */
  readonly facts: readonly Fact[];
}

export function billDocument(facts: BillFacts, language: Language): BillDocument {
  const { bill, utility } = facts;
  const words = wordsIn[language];
  const formats = formatsFor(language, bill.currency);
  const names = billNames(facts, language, words);
  const title = words.title[serviceOf(facts)];
  const usage = usageChart(facts, names, words, formats);
  const stamp = stampOf(facts, words, formats);
  return {
    language,
    words,
    utility,
    title,
    fullTitle: `${title} · ${formats.period(bill.periodStart, bill.periodEnd)}`,
    issuedAt: bill.issuedAt,
    ...(stamp && { stamp }),
    facts: headFacts(facts, names, words, formats),
    amount: amountDue(facts, words, formats),
    charges: chargeTotals(facts, names, words, formats),
    total: formats.money(bill.total),
    ...(usage && { usage }),
    tiers: tierPositions(facts, names, words, formats),
    comparison: comparison(facts, words, formats),
    lines: computedLines(facts, names, words, formats),
    basis: billBasis(facts, names, words, formats),
    explanations: explanations(facts, names, words, formats),
  };
}

function serviceOf({ bill, tariffs }: BillFacts): BilledService {
  const measured = readingType(mainUsage(bill)?.code ?? '')?.serviceKind;
  const kind = tariffs.get(bill.tariffId)?.serviceKind?.toUpperCase() ?? measured;
  return kind === 'GAS' || kind === 'WATER' || kind === 'HEAT' ? kind : 'ELECTRICITY';
}

function headFacts({ bill }: BillFacts, names: BillNames, words: Words, formats: Formats): Fact[] {
  const { timeZone, issuedAt, periodStart, periodEnd, revision, replaces } = bill;
  const facts: (Fact | false)[] = [
    { label: words.customer, value: bill.customerId },
    { label: words.usagePoint, value: bill.usagePointId },
    { label: words.tariff, value: names.tariff() },
    {
      label: words.period,
      value: `${formats.period(periodStart, periodEnd)} (${words.days(daysOf(bill))})`,
    },
    { label: words.billNumber, value: revision > 1 ? `${bill.id} (${words.revision(revision)})` : bill.id },
    { label: words.issued, value: formats.date(localDate(issuedAt, timeZone)) },
    replaces ? { label: words.replacesLabel, value: replaces } : false,
  ];
  return facts.filter((fact) => fact !== false);
}

function stampOf({ bill }: BillFacts, words: Words, formats: Formats): BillDocument['stamp'] {
  const { cancelled, replacedBy, timeZone } = bill;
  if (!cancelled) return undefined;
  const sentences = [
    words.cancelledOn(formats.date(localDate(cancelled.at, timeZone))),
    replacedBy ? words.replacedBy(replacedBy) : '',
    words.notPayable,
  ];
  return { text: words.cancelled, note: sentences.filter(Boolean).join(' ') };
}

function amountDue({ bill, payment }: BillFacts, words: Words, formats: Formats): AmountDue {
  const total = formats.money(bill.total);
  if (bill.cancelled)
    return { label: words.total, value: total, note: words.notPayable, isVoid: true, facts: [] };
  const due = exact(payment?.open ?? bill.total);
  const value = formats.money(decimalString(due.isNegative() ? due.negated() : due));
  const changes = payment ? paymentFacts(payment, total, words, formats) : [];
  if (due.isZero()) return { label: words.amountDue, value, note: words.nothingDue, facts: changes };
  if (due.isNegative()) return { label: words.credit, value, note: words.creditNote, facts: changes };
  const dueOn = bill.dueOn ? [{ label: words.dueOn, value: formats.date(bill.dueOn) }] : [];
  return { label: words.amountDue, value, note: '', facts: [...dueOn, ...changes] };
}

/** Nothing as long as neither was anything paid nor is it late. */
function paymentFacts({ paid, lateFees }: Payment, total: string, words: Words, formats: Formats): Fact[] {
  const isPaid = !exact(paid).isZero();
  const isLate = !exact(lateFees).isZero();
  if (!isPaid && !isLate) return [];
  return [
    { label: words.thisBill, value: total },
    ...(isLate ? [{ label: words.lateFees, value: formats.money(lateFees) }] : []),
    ...(isPaid ? [{ label: words.paid, value: formats.money(decimalString(exact(paid).negated())) }] : []),
  ];
}

function localDate(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}
