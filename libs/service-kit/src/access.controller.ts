import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type AgreementEnded, type AgreementStarted } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import type pg from 'pg';
import { UsagePointAccess } from './access.ts';
import { DATABASE } from './database.ts';
import { handleOnce } from './handle-once.ts';

/** Learns from customer-care who may see which usage point. */
@Controller()
export class AccessController {
  constructor(
    private readonly access: UsagePointAccess,
    @Inject(DATABASE) private readonly pool: pg.Pool,
  ) {}

  @OnFact('customer-care', 'agreement-started')
  async agreementStarted(@Payload() fact: Fact): Promise<void> {
    await handleOnce(this.pool, 'usage-point-access', fact.id, (client) =>
      this.access.agreementStarted(client, decodeEvent<AgreementStarted>(fact)),
    );
  }

  @OnFact('customer-care', 'agreement-ended')
  async agreementEnded(@Payload() fact: Fact): Promise<void> {
    await handleOnce(this.pool, 'usage-point-access', fact.id, (client) =>
      this.access.agreementEnded(client, decodeEvent<AgreementEnded>(fact)),
    );
  }
}
