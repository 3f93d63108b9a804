import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { readingType } from '@metermesh/metering';
import { DATABASE, ENVIRONMENT, inTransaction } from '@metermesh/service-kit';
import type pg from 'pg';
import { PAID_FOR } from '../domain/billing-cycle/billing-basis.ts';
import { decimalString, exact } from '../domain/rating/exact.ts';
import type { BillingEnvironment } from '../environment.ts';
import { raiseExceptions, resolveExceptions, type BillingException } from './billing-exceptions.table.ts';
import { ValidatedDays } from './validated-days.table.ts';

const CODE = 'UNBILLED_USAGE';
const LOOK_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Usage points that are looked at together. */
const PAGE = 10_000;

/** Days of one month that no agreement covers. */
interface Gap {
  usagePointId: string;
  readingType: string;
  month: string;
  dates: string[];
}

/** Looks hourly for usage that nobody pays for, in the last UNBILLED_USAGE_DAYS, and keeps it in the queue as long as it is so. */
@Injectable()
export class UnbilledUsage implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UnbilledUsage.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly days: ValidatedDays,
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: BillingEnvironment,
  ) {}

  onApplicationBootstrap(): void {
    if (this.environment.UNBILLED_USAGE_DAYS === 0) return;
    this.timer = setInterval(() => void this.lookQuietly(), LOOK_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Answers how many usage points and months there are. */
  async find(now: Date): Promise<number> {
    const since = new Date(now.getTime() - this.environment.UNBILLED_USAGE_DAYS * DAY_MS).toISOString();
    const wanted = new Set<string>();
    let last: string | undefined = '';
    while (last !== undefined)
      last = await this.lookAtPage(last, since.slice(0, 'YYYY-MM-DD'.length), now, wanted);
    await inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ subject: string }>(
        `SELECT subject FROM billing_exception WHERE code = $1 AND status = 'OPEN' AND period_start >= date_trunc('month', $2::date)`,
        [CODE, since],
      );
      const gone = rows.map(({ subject }) => subject).filter((subject) => !wanted.has(subject));
      await resolveExceptions(client, gone, now);
    });
    return wanted.size;
  }

  /**
   * Puts what is found at the next usage points into the queue, so that neither memory nor a query grows with their number.
   * Answers the last of them; undefined where there is none.
   */
  private async lookAtPage(
    after: string,
    since: string,
    now: Date,
    wanted: Set<string>,
  ): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ last: string | null }>(
      `SELECT max(id) AS last FROM (SELECT id FROM usage_point WHERE id > $1 ORDER BY id LIMIT ${PAGE}) AS page`,
      [after],
    );
    const last = rows[0]?.last ?? undefined;
    if (last === undefined) return undefined;
    const found: BillingException[] = [];
    for (const gap of await this.gapsSince(since, after, last)) {
      const exception = await this.exceptionOf(gap);
      if (exception) found.push(exception);
    }
    for (const { subject } of found) wanted.add(subject);
    await inTransaction(this.pool, (client) => raiseExceptions(client, found, now));
    return last;
  }

  private async lookQuietly(): Promise<void> {
    try {
      await this.find(new Date());
    } catch (error) {
      this.logger.error(
        { err: error },
        'Usage without agreements could not be looked for; tried again in an hour',
      );
    }
  }

  /** Only places that no agreement covers all the time are looked at day by day. */
  private async gapsSince(since: string, after: string, last: string): Promise<Gap[]> {
    const { rows } = await this.pool.query<Gap>(
      `SELECT usage_point.id AS "usagePointId", day.reading_type AS "readingType",
         to_char(day.local_date, 'YYYY-MM') AS month, array_agg(day.local_date::text ORDER BY day.local_date) AS dates
       FROM usage_point
       JOIN validated_day AS day ON day.usage_point_id = usage_point.id AND day.reading_type = ANY ($2) AND day.local_date >= $1
       WHERE usage_point.id > $3 AND usage_point.id <= $4 AND NOT EXISTS (
         SELECT FROM agreement WHERE usage_point_id = usage_point.id AND starts_on <= $1 AND ends_on IS NULL
       ) AND NOT EXISTS (
         SELECT FROM agreement WHERE usage_point_id = usage_point.id AND starts_on <= day.local_date
           AND (ends_on IS NULL OR ends_on > day.local_date)
       ) GROUP BY 1, 2, 3`,
      [since, Object.values(PAID_FOR), after, last],
    );
    return rows;
  }

  /** Undefined where nothing was used: an empty flat is no exception. */
  private async exceptionOf({
    usagePointId,
    readingType: code,
    month,
    dates,
  }: Gap): Promise<BillingException | undefined> {
    const [start = '', last = ''] = [dates[0], dates.at(-1)];
    const end = new Date(Date.parse(last) + DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
    const days = await this.days.ofPeriod(usagePointId, [code], { start, end });
    const among = new Set(dates);
    const used = (days.get(code) ?? [])
      .filter(({ date }) => among.has(date))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    if (used === 0) return undefined;
    const { size, symbol } = readingType(code)!.displayUnit;
    return {
      subject: `usage-point-${usagePointId}-${month}`,
      code: CODE,
      message:
        `${decimalString(exact(used).div(size))} ${symbol} were used at ${usagePointId} on ${dates.length} days from ${start} to ${last} ` +
        'that no agreement covers. Find out who lives there and start one.',
      usagePointId,
      periodStart: `${month}-01`,
    };
  }
}
