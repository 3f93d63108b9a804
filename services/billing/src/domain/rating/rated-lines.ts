import { create } from '@bufbuild/protobuf';
import { BillLineSchema, type BillLine as RecordedLine } from '@metermesh/contracts';
import type { BillLine, RatedBill } from './rate-bill.ts';
import type { Tariff } from '../tariff/tariff.ts';

/** The lines of a rated bill as they are recorded and sent, each with the unit of its quantity. */
export function recordedLines(tariff: Tariff, bill: RatedBill): RecordedLine[] {
  return bill.lines.map((line) => create(BillLineSchema, { ...line, unit: quantityUnit(tariff, line) }));
}

/** What a line counts: metered units, months, or money of which it is a share; nothing for discounts and roundings. */
function quantityUnit(tariff: Tariff, line: BillLine): string {
  if (line.code === `${line.charge}-rounding`) return '';
  switch (tariff.charges.find(({ code }) => code === line.charge)?.kind) {
    case 'flat':
    case 'progressive':
      return tariff.unit;
    case 'fixed':
    case 'fixed-by-tier':
      return 'month';
    case 'percentage':
      return tariff.currency;
    default:
      return '';
  }
}
