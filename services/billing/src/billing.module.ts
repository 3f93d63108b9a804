import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule } from '@metermesh/service-kit';
import { Agreements } from './adapters/agreements.table.ts';
import { BillingBases } from './adapters/billing-bases.ts';
import { BillingCycleStreams } from './adapters/billing-cycle-streams.ts';
import { BillingCycles } from './adapters/billing-cycles.table.ts';
import { BillingExceptions } from './adapters/billing-exceptions.table.ts';
import { BillRunHost } from './adapters/bill-run-host.ts';
import { BillRunStreams } from './adapters/bill-run-streams.ts';
import { billRunProjection } from './adapters/bill-run.projection.ts';
import { BillRuns } from './adapters/bill-runs.table.ts';
import { billingProjection } from './adapters/billing.projection.ts';
import { Bills } from './adapters/bills.table.ts';
import { receivablesProjection } from './adapters/receivables.projection.ts';
import { prepaymentProjection } from './adapters/prepayment.projection.ts';
import { RebillChecker } from './adapters/rebill-checker.ts';
import { RebillProposals } from './adapters/rebill-proposals.table.ts';
import { DocumentedBills } from './adapters/documented-bills.ts';
import { GasQualityDesk } from './adapters/gas-quality-desk.ts';
import { gasQualityProjection, GasQualityTable } from './adapters/gas-quality.table.ts';
import { EarlierBillsTable } from './adapters/earlier-bills.table.ts';
import { TariffComparisons } from './adapters/tariff-comparisons.ts';
import { Receivables } from './adapters/receivables.table.ts';
import { Tariffs } from './adapters/tariffs.ts';
import { UnbilledUsage } from './adapters/unbilled-usage.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import { ValidatedDays } from './adapters/validated-days.table.ts';
import { BILLING_POLICY } from './billing-policy.ts';
import type { Utility } from './documents/bill-facts.ts';
import type { BillingPolicy } from './domain/billing-cycle/billing-policy.ts';
import type { DailyRun } from './domain/bill-run/daily-run.ts';
import type { BillingEnvironment } from './environment.ts';
import { BillDocumentResolver } from './graphql/bill-document.resolver.ts';
import { BillRunResolver } from './graphql/bill-run.resolver.ts';
import { BillResolver } from './graphql/bill.resolver.ts';
import { BillingCycleResolver } from './graphql/billing-cycle.resolver.ts';
import { BillingExceptionsQuery } from './graphql/billing-exceptions.query.ts';
import { CheckForRebillMutation } from './graphql/check-for-rebill.mutation.ts';
import { CloseBillingCycleMutation } from './graphql/close-billing-cycle.mutation.ts';
import { CompareTariffsQuery } from './graphql/compare-tariffs.query.ts';
import { DismissRebillMutation } from './graphql/dismiss-rebill.mutation.ts';
import { DisputeBillMutation } from './graphql/dispute-bill.mutation.ts';
import { GasQualityQuery } from './graphql/gas-quality.query.ts';
import { FindUnbilledUsageMutation } from './graphql/find-unbilled-usage.mutation.ts';
import { IssueRebillMutation } from './graphql/issue-rebill.mutation.ts';
import { PauseBillRunMutation } from './graphql/pause-bill-run.mutation.ts';
import { PreviewBillQuery } from './graphql/preview-bill.query.ts';
import { RebillProposalResolver } from './graphql/rebill-proposal.resolver.ts';
import { RecordGasQualityMutation } from './graphql/record-gas-quality.mutation.ts';
import { ReleaseHoldMutation } from './graphql/release-hold.mutation.ts';
import { ResumeBillRunMutation } from './graphql/resume-bill-run.mutation.ts';
import { StartBillRunMutation } from './graphql/start-bill-run.mutation.ts';
import { ResolveDisputeMutation } from './graphql/resolve-dispute.mutation.ts';
import { TariffsQuery } from './graphql/tariffs.query.ts';
import { UsagePointBillsResolver } from './graphql/usage-point-bills.resolver.ts';
import { AgreementsController } from './reactions/agreements.controller.ts';
import { RateUsageController } from './reactions/rate-usage.controller.ts';
import { UsagePointsController } from './reactions/usage-points.controller.ts';
import { ValidatedDaysController } from './reactions/validated-days.controller.ts';
import { prepaymentProviders } from './prepayment.providers.ts';
import { receivablesProviders } from './receivables.providers.ts';
import { DAILY_RUN } from './daily-run.ts';
import { UTILITY } from './utility.ts';

@Module({})
export class BillingModule {
  static with(environment: BillingEnvironment): DynamicModule {
    const policy: BillingPolicy = {
      suspectShare: environment.MAX_SUSPECT_SHARE,
      estimatedShare: environment.MAX_ESTIMATED_SHARE,
      dueDays: environment.DUE_DAYS,
      holdNegativeTotals: environment.HOLD_NEGATIVE_TOTALS,
    };
    const utility: Utility = { name: environment.UTILITY_NAME, contact: environment.UTILITY_CONTACT };
    const daily: DailyRun | undefined = environment.BILL_RUN_DAILY_AT
      ? { at: environment.BILL_RUN_DAILY_AT, timeZone: environment.BILL_RUN_TIME_ZONE }
      : undefined;
    return {
      module: BillingModule,
      imports: [
        ServiceModule.with({
          name: 'billing',
          environment,
          root: new URL('../', import.meta.url),
          projections: [
            billingProjection,
            billRunProjection,
            gasQualityProjection,
            receivablesProjection,
            prepaymentProjection,
          ],
        }),
      ],
      controllers: [
        AgreementsController,
        UsagePointsController,
        ValidatedDaysController,
        RateUsageController,
      ],
      providers: [
        { provide: BILLING_POLICY, useValue: policy },
        { provide: UTILITY, useValue: utility },
        { provide: DAILY_RUN, useValue: daily },
        Agreements,
        UsagePoints,
        ValidatedDays,
        Tariffs,
        GasQualityTable,
        GasQualityDesk,
        EarlierBillsTable,
        DocumentedBills,
        Receivables,
        BillingBases,
        BillingCycleStreams,
        Bills,
        BillingCycles,
        BillingExceptions,
        RebillProposals,
        RebillChecker,
        UnbilledUsage,
        BillRuns,
        BillRunHost,
        BillRunStreams,
        BillRunResolver,
        StartBillRunMutation,
        PauseBillRunMutation,
        ResumeBillRunMutation,
        BillResolver,
        BillDocumentResolver,
        BillingCycleResolver,
        UsagePointBillsResolver,
        PreviewBillQuery,
        TariffsQuery,
        GasQualityQuery,
        RecordGasQualityMutation,
        TariffComparisons,
        CompareTariffsQuery,
        BillingExceptionsQuery,
        RebillProposalResolver,
        CloseBillingCycleMutation,
        ReleaseHoldMutation,
        CheckForRebillMutation,
        IssueRebillMutation,
        FindUnbilledUsageMutation,
        DismissRebillMutation,
        DisputeBillMutation,
        ResolveDisputeMutation,
        ...receivablesProviders(environment),
        ...prepaymentProviders(environment),
      ],
    };
  }
}
