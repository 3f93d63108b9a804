import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { RateUsage, type RateUsageRequest } from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import { Answers } from '@metermesh/messaging';
import { Tariffs } from '../adapters/tariffs.ts';
import { rateBill } from '../domain/rating/rate-bill.ts';
import { recordedLines } from '../domain/rating/rated-lines.ts';

/** Rates any usage on any tariff for other services, with the code that bills. */
@Controller()
export class RateUsageController {
  constructor(private readonly tariffs: Tariffs) {}

  @Answers(RateUsage)
  async rateUsage(@Payload() { tariffId, period, kwh, m3 }: RateUsageRequest) {
    const tariff = await this.tariffs.byId(tariffId);
    if (isRefusal(tariff)) return tariff;
    const usage = { ...(kwh && { kWh: kwh }), ...(m3 && { m3 }) };
    const rated = rateBill(tariff, { start: period?.start ?? '', end: period?.end ?? '', usage });
    if (isRefusal(rated)) return rated;
    return { total: rated.total, currency: rated.currency, lines: recordedLines(tariff, rated) };
  }
}
