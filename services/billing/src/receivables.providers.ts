import type { Provider } from '@nestjs/common';
import { AccountBooks } from './adapters/account-books.ts';
import { AccountSettler } from './adapters/account-settler.ts';
import { Accounts } from './adapters/accounts.ts';
import { DepositDesk } from './adapters/deposit-desk.ts';
import { Deposits } from './adapters/deposits.table.ts';
import { DisconnectionProtections } from './adapters/disconnection-protections.ts';
import { Dunning } from './adapters/dunning.table.ts';
import { InstalmentPlans } from './adapters/instalment-plans.table.ts';
import { Journal } from './adapters/journal.table.ts';
import { Payees } from './adapters/payees.ts';
import { PaymentDesk } from './adapters/payment-desk.ts';
import { Payments } from './adapters/payments.table.ts';
import { PlanDesk } from './adapters/plan-desk.ts';
import { ReceivablesHost } from './adapters/receivables-host.ts';
import { ReceivablesPolicies } from './adapters/receivables-policies.ts';
import { ReceivablesRun } from './adapters/receivables-run.ts';
import { Receivables } from './adapters/receivables.table.ts';
import { Settlements } from './adapters/settlements.table.ts';
import type { BillingEnvironment } from './environment.ts';
import { AgreeInstalmentPlanMutation } from './graphql/agree-instalment-plan.mutation.ts';
import { ApplyDepositMutation } from './graphql/apply-deposit.mutation.ts';
import { AssessReceivablesMutation } from './graphql/assess-receivables.mutation.ts';
import { AssignPaymentMutation } from './graphql/assign-payment.mutation.ts';
import { BillAccountResolver } from './graphql/bill-account.resolver.ts';
import { CancelInstalmentPlanMutation } from './graphql/cancel-instalment-plan.mutation.ts';
import { CustomerAccountResolver } from './graphql/customer-account.resolver.ts';
import { DepositResolver } from './graphql/deposit.resolver.ts';
import { EndDisconnectionProtectionMutation } from './graphql/end-disconnection-protection.mutation.ts';
import { InstalmentPlanResolver, PlannedBillResolver } from './graphql/instalment-plan.resolver.ts';
import { LedgerResolver } from './graphql/ledger.resolver.ts';
import { PaymentResolver } from './graphql/payment.resolver.ts';
import { ProtectFromDisconnectionMutation } from './graphql/protect-from-disconnection.mutation.ts';
import { ReceiveDepositMutation } from './graphql/receive-deposit.mutation.ts';
import { RecordPaymentMutation } from './graphql/record-payment.mutation.ts';
import { RecordPaymentsMutation } from './graphql/record-payments.mutation.ts';
import { RefundDepositMutation } from './graphql/refund-deposit.mutation.ts';
import { ReversePaymentMutation } from './graphql/reverse-payment.mutation.ts';
import { SettlementResolver } from './graphql/settlement.resolver.ts';
import { WaiveLateFeeMutation } from './graphql/waive-late-fee.mutation.ts';
import { WriteOffBillMutation } from './graphql/write-off-bill.mutation.ts';
import { RECEIVABLES_SETTINGS, type ReceivablesSettings } from './receivables-settings.ts';

/** Everything about what is owed and paid. */
export const receivablesProviders = (environment: BillingEnvironment): Provider[] => [
  { provide: RECEIVABLES_SETTINGS, useValue: settingsOf(environment) },
  AccountBooks,
  AccountSettler,
  Accounts,
  DepositDesk,
  Deposits,
  DisconnectionProtections,
  Dunning,
  InstalmentPlans,
  Journal,
  Payees,
  PaymentDesk,
  Payments,
  PlanDesk,
  Receivables,
  ReceivablesHost,
  ReceivablesPolicies,
  ReceivablesRun,
  Settlements,
  AgreeInstalmentPlanMutation,
  ApplyDepositMutation,
  AssessReceivablesMutation,
  AssignPaymentMutation,
  BillAccountResolver,
  CancelInstalmentPlanMutation,
  CustomerAccountResolver,
  DepositResolver,
  EndDisconnectionProtectionMutation,
  InstalmentPlanResolver,
  PlannedBillResolver,
  LedgerResolver,
  PaymentResolver,
  ProtectFromDisconnectionMutation,
  ReceiveDepositMutation,
  RecordPaymentMutation,
  RecordPaymentsMutation,
  RefundDepositMutation,
  ReversePaymentMutation,
  SettlementResolver,
  WaiveLateFeeMutation,
  WriteOffBillMutation,
];

function settingsOf(environment: BillingEnvironment): ReceivablesSettings {
  const {
    RECEIVABLES_DAILY_AT: at,
    BILL_RUN_TIME_ZONE: timeZone,
    RECEIVABLES_POLICIES: policies,
  } = environment;
  return { daily: at === undefined ? undefined : { at, timeZone }, policies };
}
