import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  decodeEvent,
  type AgreementEnded,
  type AgreementStarted,
  type AgreementTermsChanged,
} from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { DATABASE, ENVIRONMENT, inTransaction } from '@metermesh/service-kit';
import type pg from 'pg';
import { noteUnsettled } from '../adapters/accounts-to-settle.table.ts';
import { noteChange, noteEnd, noteStart } from '../adapters/agreements.table.ts';
import { checkPrepayment } from '../adapters/prepayment-checks.table.ts';
import { askForChecks, cyclesFrom } from '../adapters/rebill-checks.table.ts';
import type { BillingEnvironment } from '../environment.ts';

/**
 * Learns from customer-care who pays for what. Each fact has columns or rows of its own, so order and repeats do not matter.
 * A change or an end that lies in the past may make bills wrong.
 */
@Controller()
export class AgreementsController {
  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: BillingEnvironment,
  ) {}

  @OnFact('customer-care', 'agreement-started')
  async agreementStarted(@Payload() fact: Fact): Promise<void> {
    const started = decodeEvent<AgreementStarted>(fact);
    await inTransaction(this.pool, async (client) => {
      await noteStart(client, started);
      await checkPrepayment(client, started.agreementId);
    });
  }

  @OnFact('customer-care', 'agreement-terms-changed')
  async agreementTermsChanged(@Payload() fact: Fact): Promise<void> {
    const changed = decodeEvent<AgreementTermsChanged>(fact);
    await inTransaction(this.pool, async (client) => {
      await noteChange(client, changed);
      await this.checkFrom(client, changed.agreementId, changed.from);
    });
  }

  @OnFact('customer-care', 'agreement-ended')
  async agreementEnded(@Payload() fact: Fact): Promise<void> {
    const ended = decodeEvent<AgreementEnded>(fact);
    await inTransaction(this.pool, async (client) => {
      await noteEnd(client, ended);
      // A disconnection asked for because of him would be that of whoever comes after him.
      await noteUnsettled(client, new Set([ended.customerId]));
      await this.checkFrom(client, ended.agreementId, ended.endsOn);
    });
  }

  private async checkFrom(client: pg.PoolClient, agreementId: string, from: string): Promise<void> {
    const cycles = await cyclesFrom(client, agreementId, from, new Date());
    await askForChecks(client, cycles, this.environment.REBILL_QUIET_SECONDS);
    await checkPrepayment(client, agreementId);
  }
}
