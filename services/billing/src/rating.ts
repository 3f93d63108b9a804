/** The rating engine without the service around it: for tools. */
export { readTariff, readTariffFile, tariffIds } from './adapters/tariff-library.ts';
export { rateBill, type BillLine, type RatedBill, type RatingRequest } from './domain/rating/rate-bill.ts';
export { rateMonths, ratePeriod, type MonthsOptions, type RatedMonths } from './domain/rating/rate-months.ts';
export { checkedRequest, ratingInput } from './domain/rating/rating-request.ts';
export { type Tariff } from './domain/tariff/tariff.ts';
export { compareTariffs, type TariffResult, type UsageMonth } from './domain/what-if/compare-tariffs.ts';
export { entitlementsOf } from './domain/what-if/open-tariffs.ts';
export { tariffSchemaText } from './domain/tariff/tariff-schema.ts';
