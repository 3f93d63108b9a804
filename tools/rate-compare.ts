import { parseArgs } from 'node:util';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import {
  checkedRequest,
  compareTariffs,
  entitlementsOf,
  ratingInput,
  tariffIds,
  type RatingRequest,
  type Tariff,
  type TariffResult,
  type UsageMonth,
} from '@metermesh/billing/rating';

/** Finds a tariff by id or file. */
export type FindTariff = (name: string) => Promise<Tariff | Refusal>;
type Print = (result: object | Refusal) => void;

/**
 * `rate --compare`: what the periods on standard input cost together on each tariff named by `--tariff`, or on every one
 * that is shipped; one JSON line a tariff, the cheapest first. A period that a tariff cannot rate says why.
 */
export async function compare(
  args: string[],
  lines: () => AsyncIterable<RatingRequest | Refusal>,
  find: FindTariff,
  print: Print,
) {
  const tariffs = await chosenTariffs(args, find);
  if (isRefusal(tariffs)) return print(tariffs);
  const requests: RatingRequest[] = [];
  for await (const line of lines()) {
    const request = isRefusal(line) ? line : checkedRequest(line);
    if (isRefusal(request)) print(request);
    else requests.push(request);
  }
  if (requests.length === 0)
    return print(refuse('REQUEST_INVALID', 'There is no period to compare tariffs for.'));
  const known = new Set(tariffs.flatMap(entitlementsOf));
  const months = requests.map((request) => monthOf(request, known)).toSorted(byStart);
  compareTariffs(months, tariffs).forEach((result, index) => print(shown(result, index + 1)));
}

async function chosenTariffs(args: string[], find: FindTariff): Promise<Tariff[] | Refusal> {
  let names: string[] | undefined;
  try {
    const options = { tariff: { type: 'string', multiple: true }, compare: { type: 'boolean' } } as const;
    names = parseArgs({ args, options }).values.tariff;
  } catch (error) {
    return refuse('ARGUMENTS_INVALID', error instanceof Error ? error.message : String(error));
  }
  const tariffs: Tariff[] = [];
  for (const name of new Set(names ?? (await tariffIds()))) {
    const tariff = await find(name);
    if (isRefusal(tariff)) return tariff;
    tariffs.push(tariff);
  }
  return tariffs;
}

/** An entitlement that only some of the tariffs know is none on the others; one that none knows is refused by all. */
function monthOf(request: RatingRequest, known: ReadonlySet<string>): UsageMonth {
  return {
    periodStart: request.start,
    inputFor: (tariff) => {
      const own = new Set(entitlementsOf(tariff));
      const counts = (code: string) => own.has(code) || !known.has(code);
      const discounts = request.discounts?.filter((one) => counts(typeof one === 'string' ? one : one.code));
      return ratingInput(discounts ? { ...request, discounts } : request, tariff);
    },
  };
}

const byStart = (one: UsageMonth, other: UsageMonth): number =>
  Number(one.periodStart > other.periodStart) - Number(one.periodStart < other.periodStart);

function shown({ tariff, total, months, refusal }: TariffResult, rank: number): object | Refusal {
  const { id, name, currency } = tariff;
  const periods = months.map((month) => ({
    start: month.periodStart,
    ...(month.refusal ? { error: coded(month.refusal) } : { total: month.total }),
  }));
  return total === undefined
    ? { tariff: id, name: name.en, error: coded(refusal!) }
    : { rank, tariff: id, name: name.en, total, currency, periods };
}

const coded = ({ code, message }: Refusal) => ({ code, message });
