/** What an agreement begins on, as `startAgreement` takes it. */
export interface Terms {
  tariffId: string;
  contractKw?: string;
  discounts?: { code: string }[];
  attributes?: { name: string; value: string }[];
  paymentMode?: 'POSTPAID' | 'PREPAID';
  billingMonths?: number;
}

const household: Terms = { tariffId: 'kepco/residential-low-voltage' };

/** Homes that have others than a plain household, by number. */
const others: Readonly<Record<number, Terms>> = {
  4: { ...household, discounts: [{ code: 'large-family' }] },
  5: { ...household, paymentMode: 'PREPAID' },
  // A shop on the ground floor, billed by the kWh of the season.
  7: { tariffId: 'kepco/general-a-1-low-voltage', contractKw: '5' },
  // A workshop, billed by the hour of the day and the highest demand.
  8: { tariffId: 'kepco/industrial-a-2-high-voltage-a-option-1', contractKw: '5' },
};

/** On which terms a home of the neighbourhood is supplied. @param home from 1 */
export const termsOfHome = (home: number): Terms => others[home] ?? household;
