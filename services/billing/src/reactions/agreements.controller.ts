import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type AgreementEnded, type AgreementStarted } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { Agreements } from '../adapters/agreements.table.ts';

/** Learns from customer-care who pays for what. Each fact fills columns of its own, so order and repeats do not matter. */
@Controller()
export class AgreementsController {
  constructor(private readonly agreements: Agreements) {}

  @OnFact('customer-care', 'agreement-started')
  async agreementStarted(@Payload() fact: Fact): Promise<void> {
    await this.agreements.started(decodeEvent<AgreementStarted>(fact));
  }

  @OnFact('customer-care', 'agreement-ended')
  async agreementEnded(@Payload() fact: Fact): Promise<void> {
    await this.agreements.ended(decodeEvent<AgreementEnded>(fact));
  }
}
