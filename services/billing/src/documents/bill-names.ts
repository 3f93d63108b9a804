import type { Charge, Tariff } from '../domain/tariff/tariff.ts';
import type { Bill, ShownLine, ShownSegment } from '../projections/bill.ts';
import type { BillFacts } from './bill-facts.ts';
import { unitSymbol, type Language } from './formats.ts';
import type { Words } from './words.ts';

/** What the tariffs of a bill call their parts, in the language of the document. */
export interface BillNames {
  tariff(): string;
  /** Of a charge of the bill, by its code. */
  charge(code: string): string;
  line(line: ShownLine): string;
  timeOfUse(period: string): string;
  season(code: string): string;
  determinant(code: string): string;
  quantity(text: string, unit: string | null): string;
}

export function billNames(facts: BillFacts, language: Language, words: Words): BillNames {
  const tariffs = [...new Set(facts.bill.segments.map(({ tariffId }) => tariffId))];
  const inLanguage = (name: { en: string; ko?: string } | undefined) => name && (name[language] ?? name.en);
  const known = tariffs.flatMap((id) => facts.tariffs.get(id) ?? []);

  const charge = (code: string): string => {
    const named = known.flatMap(({ charges }) => charges).find((other) => other.code === code);
    return inLanguage(named?.name) ?? spelled(code);
  };
  const timeOfUse = (period: string): string => {
    const periods = known.flatMap(({ calendars }) => calendars ?? []).flatMap((calendar) => calendar.periods);
    return inLanguage(periods.find(({ code }) => code === period)?.name) ?? spelled(period);
  };
  const season = (code: string): string => words.seasons[code] ?? spelled(code);

  return {
    tariff: () => tariffs.map((id) => inLanguage(facts.tariffs.get(id)?.name) ?? id).join(' → '),
    charge,
    timeOfUse,
    season,
    line: (line) => {
      if (line.charge === 'total')
        return line.code === 'total-no-credit' ? words.noCredit : words.totalRounding;
      const name = charge(line.charge);
      if (line.code === `${line.charge}-rounding`) return `${name} · ${words.rounding}`;
      const side = line.code.slice(line.charge.length + 1);
      const tier = tierOf(line);
      const parts = [
        name,
        words.sides[side],
        line.timeOfUse && timeOfUse(line.timeOfUse),
        tier !== undefined && words.tier(tier),
        line.season && !line.timeOfUse && season(line.season),
      ];
      return parts.filter(Boolean).join(' · ');
    },
    determinant: (code) => {
      const [kind = code, of] = code.split(':');
      const name = words.determinants[kind] ?? spelled(kind);
      return of === undefined ? name : `${name} · ${timeOfUse(of)}`;
    },
    quantity: (text, unit) => {
      if (!unit) return text;
      return words.units[unit]?.(text) ?? `${text} ${unitSymbol(unit)}`;
    },
  };
}

/** The tier of a progressive charge that a line is for, from 1. */
export function tierOf({ tier, code, charge }: ShownLine): number | undefined {
  return tier ?? (Number(/-tier-(\d+)$/.exec(code.slice(charge.length))?.[1]) || undefined);
}

/** The charge of the tariff that a line was rated by. */
export function chargeOf(
  { bill, tariffs }: BillFacts,
  line: ShownLine,
): { tariff: Tariff; charge: Charge } | undefined {
  const segment = bill.segments.find((each) => isOf(line, each));
  const tariff = segment && tariffs.get(segment.tariffId);
  const charge = tariff?.charges.find(({ code }) => code === line.charge);
  return tariff && charge && { tariff, charge };
}

/** The lines of a charge in one segment of a bill. */
export function linesOf({ lines }: Pick<Bill, 'lines'>, segment: ShownSegment, charge: string): ShownLine[] {
  return lines.filter((line) => line.charge === charge && isOf(line, segment));
}

/** A line names its first day where there are several segments. */
function isOf({ from }: ShownLine, { start, end }: ShownSegment): boolean {
  return from === null || (start <= from && from < end);
}

/** A code as words, for what no tariff names any more. */
function spelled(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
