import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type LoadProfileValidated } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { UsageDays } from '../adapters/usage-days.table.ts';

@Controller()
export class LoadProfileValidatedController {
  constructor(private readonly usageDays: UsageDays) {}

  @OnFact('ingestion', 'load-profile-validated')
  async loadProfileValidated(@Payload() fact: Fact): Promise<void> {
    await this.usageDays.note(decodeEvent<LoadProfileValidated>(fact));
  }
}
