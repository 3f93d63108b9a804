import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { RateUsage, type RateUsageRequest } from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { Answers } from '@metermesh/messaging';
import { Tariffs } from '../adapters/tariffs.ts';
import { BillingBases } from '../adapters/billing-bases.ts';
import type { BillingBasis } from '../domain/billing-cycle/billing-basis.ts';
import { withExpectedUsage } from '../domain/billing-cycle/expected-usage.ts';
import { ratePeriod, tariffedSegments } from '../domain/billing-cycle/rate-period.ts';
import { rateBill } from '../domain/rating/rate-bill.ts';
import { recordedLines } from '../domain/rating/rated-lines.ts';

/** Rates any usage on any tariff, and what agreements use, for other services, with the code that bills. */
@Controller()
export class RateUsageController {
  constructor(
    private readonly tariffs: Tariffs,
    private readonly bases: BillingBases,
  ) {}

  @Answers(RateUsage)
  rateUsage(@Payload() request: RateUsageRequest) {
    return request.agreementId ? this.rateAgreement(request) : this.rateAnyUsage(request);
  }

  private async rateAgreement({ agreementId, period, expected }: RateUsageRequest) {
    const basis = await this.bases.of(agreementId, period?.start ?? '');
    if (isRefusal(basis)) return basis;
    const asked = expected ? expectedBasis(basis, expected) : basis;
    if (isRefusal(asked)) return asked;
    const rated = ratePeriod(asked);
    if (isRefusal(rated)) return rated;
    return { total: rated.total, currency: rated.currency, lines: [...rated.lines] };
  }

  private async rateAnyUsage({ tariffId, period, kwh, m3 }: RateUsageRequest) {
    const tariff = await this.tariffs.byId(tariffId);
    if (isRefusal(tariff)) return tariff;
    const usage = { ...(kwh && { kWh: kwh }), ...(m3 && { m3 }) };
    const rated = rateBill(tariff, { start: period?.start ?? '', end: period?.end ?? '', usage });
    if (isRefusal(rated)) return rated;
    return { total: rated.total, currency: rated.currency, lines: recordedLines(tariff, rated) };
  }
}

function expectedBasis(basis: BillingBasis, expected: string): BillingBasis | Refusal {
  const segments = tariffedSegments(basis);
  if (isRefusal(segments)) return segments;
  if (!/^\d{1,9}(\.\d+)?$/.test(expected))
    return refuse('REQUEST_INVALID', `expected is no decimal, such as 427.5: ${JSON.stringify(expected)}.`);
  return withExpectedUsage(basis, Number(expected));
}
