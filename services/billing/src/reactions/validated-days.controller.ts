import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type LoadProfileValidated } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { ValidatedDays } from '../adapters/validated-days.table.ts';
import { validatedDay } from '../domain/billing-cycle/validated-day.ts';

/** Keeps what ingestion has validated, so that a bill needs no other service. The version of a day decides, not the order of arrival. */
@Controller()
export class ValidatedDaysController {
  constructor(private readonly days: ValidatedDays) {}

  @OnFact('ingestion', 'load-profile-validated', { byPartition: true })
  async loadProfileValidated(@Payload() fact: Fact): Promise<void> {
    const validated = decodeEvent<LoadProfileValidated>(fact);
    await this.days.keep(validated.usagePointId, validated.day!.readingType, validatedDay(validated, fact));
  }
}
