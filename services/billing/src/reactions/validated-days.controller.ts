import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type LoadProfileValidated } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { DATABASE, ENVIRONMENT, inTransaction } from '@metermesh/service-kit';
import type pg from 'pg';
import { checkPrepaymentsAt } from '../adapters/prepayment-checks.table.ts';
import { askForChecks, cyclesOn } from '../adapters/rebill-checks.table.ts';
import { ValidatedDays } from '../adapters/validated-days.table.ts';
import { isPaidFor } from '../domain/billing-cycle/billing-basis.ts';
import { validatedDay } from '../domain/billing-cycle/validated-day.ts';
import type { BillingEnvironment } from '../environment.ts';

/** Keeps what ingestion has validated, so that a bill needs no other service. The version of a day decides, not the order of arrival. */
@Controller()
export class ValidatedDaysController {
  constructor(
    private readonly days: ValidatedDays,
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: BillingEnvironment,
  ) {}

  /**
   * A bill rests on every day of its period in the channel that is paid for: there it is a day that takes the place of another
   * that may make it wrong. Of a channel beside it none may have been known when the bill was issued.
   */
  @OnFact('ingestion', 'load-profile-validated', { byPartition: true })
  async loadProfileValidated(@Payload() fact: Fact): Promise<void> {
    const validated = decodeEvent<LoadProfileValidated>(fact);
    const { usagePointId, localDate } = validated;
    const { readingType } = validated.day!;
    const day = validatedDay(validated, fact);
    await inTransaction(this.pool, async (client) => {
      const came = await this.days.keep(usagePointId, readingType, day, client);
      await checkPrepaymentsAt(client, usagePointId);
      if (came === 'known' || (came === 'first' && isPaidFor(readingType))) return;
      const cycles = await cyclesOn(client, usagePointId, readingType, localDate, new Date());
      const why = came === 'newer' ? 'newer-days' : 'anything';
      await askForChecks(client, cycles, this.environment.REBILL_QUIET_SECONDS, why);
    });
  }
}
