import { periodOf, type Period } from '../rating/period.ts';
import type { Agreement } from './agreement.ts';
import { priceAlike, type Terms } from './terms.ts';

/** A part of a billing period over which the priced terms are the same. */
export interface Segment {
  readonly period: Period;
  readonly terms: Terms;
}

/** A period of an agreement, cut where what is priced changes; in order, without gap. */
export function segmentsOf({ terms }: Agreement, { start, end }: Period): Segment[] {
  const segments: { start: string; end: string; terms: Terms }[] = [];
  for (const [index, each] of terms.entries()) {
    const first = index === 0 || each.from < start ? start : each.from;
    const next = terms[index + 1]?.from ?? end;
    const last = next < end ? next : end;
    if (first >= last) continue;
    const previous = segments.at(-1);
    if (previous && priceAlike(previous.terms, each)) previous.end = last;
    else segments.push({ start: first, end: last, terms: each });
  }
  return segments.map((segment) => ({
    period: periodOf(segment.start, segment.end) as Period,
    terms: segment.terms,
  }));
}
