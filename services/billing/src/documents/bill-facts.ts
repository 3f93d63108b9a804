import type { Bill } from '../projections/bill.ts';
import type { Tariff } from '../domain/tariff/tariff.ts';

/** Everything that the document of a bill tells; what is not known is left out, and so is the section about it. */
export interface BillFacts {
  readonly bill: DocumentedBill;
  /** Those that the bill was rated on, by id, as far as they are still known. */
  readonly tariffs: ReadonlyMap<string, Tariff>;
  readonly utility: Utility;
  /** The bill of the period before. */
  readonly before?: DocumentedBill;
  /** The bill of the same month a year before. */
  readonly yearBefore?: DocumentedBill;
  readonly payment?: Payment;
  /** The usage of each day by period of the tariff's calendar, in the bill's unit. */
  readonly timeOfUse?: readonly TimeOfUseDay[];
}

export type DocumentedBill = Omit<Bill, 'status' | 'isDisputed' | 'disputes' | 'issuedBy'>;

export interface Utility {
  readonly name: string;
  /** Where customers turn to; a line or several. */
  readonly contact?: string | undefined;
}

/** What has become of the demand since the bill was issued, in its currency. */
export interface Payment {
  readonly paid: string;
  /** Less what was waived. */
  readonly lateFees: string;
  readonly open: string;
}

export interface TimeOfUseDay {
  readonly date: string;
  readonly quantities: Readonly<Record<string, string>>;
}
