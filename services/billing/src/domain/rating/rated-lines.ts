import { create } from '@bufbuild/protobuf';
import { BillLineSchema, type BillLine as RecordedLine } from '@metermesh/contracts';
import { demandUnit, unitOf } from './quantities.ts';
import type { BillLine, RatedBill } from './rate-bill.ts';
import type { Tariff } from '../tariff/tariff.ts';

/** The lines of a rated bill as they are recorded and sent, each with the unit of its quantity. */
export function recordedLines(tariff: Tariff, bill: RatedBill): RecordedLine[] {
  return bill.lines.map((line) => create(BillLineSchema, { ...line, unit: quantityUnit(tariff, line) }));
}

/** What a line counts: metered units, months, kilowatts, or money of which it is a share; nothing for limits and roundings. */
function quantityUnit(tariff: Tariff, line: BillLine): string {
  if (line.code === `${line.charge}-rounding`) return '';
  const charge = tariff.charges.find(({ code }) => code === line.charge);
  switch (charge?.kind) {
    case 'flat':
    case 'progressive':
    case 'time-of-use':
      return unitOf({ tariff }, charge.quantity ?? 'import');
    case 'fixed':
    case 'fixed-by-attribute':
      return charge.per ?? 'month';
    case 'fixed-by-tier':
      return 'month';
    case 'demand':
      return demandUnit(charge.quantity);
    case 'percentage':
    case 'power-factor':
      return tariff.currency;
    default:
      return '';
  }
}
