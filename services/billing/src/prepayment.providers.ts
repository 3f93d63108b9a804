import type { Provider } from '@nestjs/common';
import { PrepaymentChecker } from './adapters/prepayment-checker.ts';
import { PrepaymentDisconnections } from './adapters/prepayment-disconnections.ts';
import { PrepaymentRefunds } from './adapters/prepayment-refunds.ts';
import { readPrepaymentRules } from './adapters/prepayment-rules-file.ts';
import { PrepaymentSettlement } from './adapters/prepayment-settlement.ts';
import { PrepaymentStreams } from './adapters/prepayment-streams.ts';
import { PrepaymentTable } from './adapters/prepayments.table.ts';
import { TopUps } from './adapters/top-ups.ts';
import { UsageDraws } from './adapters/usage-draws.ts';
import type { BillingEnvironment } from './environment.ts';
import { AgreementPrepaymentResolver, PrepaymentResolver } from './graphql/prepayment.resolver.ts';
import { PrepaymentViews } from './graphql/prepayment-view.ts';
import { RefundPrepaymentMutation } from './graphql/refund-prepayment.mutation.ts';
import { TopUpMutation } from './graphql/top-up.mutation.ts';
import { PREPAYMENT_RULES } from './prepayment-rules.ts';

/** All that keeps the credit of prepaid agreements. */
export const prepaymentProviders = ({ PREPAYMENT_POLICY }: BillingEnvironment): Provider[] => [
  { provide: PREPAYMENT_RULES, useFactory: () => readPrepaymentRules(PREPAYMENT_POLICY) },
  PrepaymentTable,
  PrepaymentStreams,
  PrepaymentSettlement,
  UsageDraws,
  TopUps,
  PrepaymentRefunds,
  PrepaymentDisconnections,
  PrepaymentChecker,
  PrepaymentViews,
  AgreementPrepaymentResolver,
  PrepaymentResolver,
  TopUpMutation,
  RefundPrepaymentMutation,
];
