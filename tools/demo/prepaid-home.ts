import { isRefusal } from '@metermesh/decider';
import { rateBill, readTariff, type Tariff } from '@metermesh/billing/rating';
import { Temporal } from 'temporal-polyfill';
import { eventually } from './eventually.ts';
import type { Query } from './graphql-client.ts';
import { meterIn, TIME_ZONE, todayOf, type Neighbourhood, type Place } from './neighbourhood.ts';

/** Less than the policy calls low, so that the balance is. */
const LEFT_OVER = 8_000;

/** The one home of the neighbourhood that pays before use. */
export const prepaidPlace = ({ places }: Neighbourhood): Place | undefined =>
  places.find(({ terms }) => terms?.paymentMode === 'PREPAID');

/** Pays, before anything is drawn, for what the home will have used until the history ends and a little more. May be done again. */
export async function topUpPrepaidHome(query: Query, neighbourhood: Neighbourhood): Promise<void> {
  const place = prepaidPlace(neighbourhood);
  if (!place) return;
  const { agreementId, terms } = place;
  const tariff = await readTariff(terms!.tariffId);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  const { lastPeriod } = neighbourhood;
  const running = { start: lastPeriod.end, end: todayOf(neighbourhood) };
  const cost = [lastPeriod, running].reduce(
    (sum, each) => sum + costOf(tariff, neighbourhood, place, each),
    0,
  );
  const amount = String(cost + LEFT_OVER);
  await eventually('billing knows the prepaid agreement', () =>
    query(TOP_UP, {
      input: { reference: `TOP-UP-${agreementId}`, agreementId, amount, currency: tariff.currency },
    }),
  );
}

/** What the true usage between two dates comes to. */
function costOf(
  tariff: Tariff,
  neighbourhood: Neighbourhood,
  place: Place,
  { start, end }: { start: string; end: string },
): number {
  if (start === end) return 0;
  const at = (date: string) => Temporal.PlainDate.from(date).toZonedDateTime(TIME_ZONE).epochMilliseconds;
  const used = meterIn(neighbourhood, place).supply.useBetween(at(start), at(end));
  const bill = rateBill(tariff, { start, end, usage: { kWh: String(used / 1000) } });
  if (isRefusal(bill)) throw new Error(bill.message);
  return Number(bill.total);
}

const TOP_UP = `mutation TopUp($input: TopUpInput!) { topUp(input: $input) { balance } }`;
