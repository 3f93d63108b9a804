/** The rating engine without the service around it: for tools. */
export { readTariff, readTariffFile, tariffIds } from './adapters/tariff-library.ts';
export { rateBill, type BillLine, type RatedBill, type RatingRequest } from './domain/rating/rate-bill.ts';
export { type Tariff } from './domain/tariff/tariff.ts';
