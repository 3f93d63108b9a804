import type { Charge } from '../domain/tariff/tariff.ts';
import type { BillFacts } from './bill-facts.ts';
import { chargeOf, type BillNames } from './bill-names.ts';
import { unitSymbol, type Formats } from './formats.ts';
import type { Words } from './words.ts';

/** What one charge of the bill is. */
export interface Explanation {
  readonly name: string;
  readonly text: string;
}

/** One a charge, in the order of the lines. Notes of a tariff are in English alone. */
export function explanations(
  facts: BillFacts,
  names: BillNames,
  words: Words,
  { language }: Formats,
): Explanation[] {
  const charges = new Map<string, Explanation>();
  const billed = new Set(facts.bill.lines.map(({ charge }) => charge));
  for (const line of facts.bill.lines) {
    const of = chargeOf(facts, line);
    if (!of || charges.has(line.charge)) continue;
    const note = language === 'en' ? of.charge.note : undefined;
    const text = [explained(of.charge, line.unit ?? of.tariff.unit, billed, names, words), note]
      .filter(Boolean)
      .join(' ');
    charges.set(line.charge, { name: names.charge(line.charge), text });
  }
  return [...charges.values()];
}

function explained(
  charge: Charge,
  billedUnit: string,
  billed: ReadonlySet<string>,
  names: BillNames,
  { explanation: say }: Words,
): string {
  const unit = unitSymbol(billedUnit);
  const of = (codes: readonly string[]) =>
    codes
      .filter((code) => billed.has(code))
      .map(names.charge)
      .join(', ');
  switch (charge.kind) {
    case 'fixed':
      return say.fixed;
    case 'fixed-by-tier':
      return say.fixedByTier(names.charge(charge.tiersOf));
    case 'fixed-by-attribute':
      return say.fixedByAttribute;
    case 'flat':
      return say.flat(unit);
    case 'progressive':
      return say.progressive(unit);
    case 'time-of-use':
      return say.timeOfUse(unit);
    case 'demand':
      return say.demand;
    case 'power-factor':
      return say.powerFactor(of(charge.of));
    case 'discount':
      return say.discount(of(charge.of));
    case 'minimum':
      return say.minimum(of(charge.of));
    case 'percentage':
      return say.percentage(of(charge.of));
  }
}
