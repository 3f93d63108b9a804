import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule } from '@metermesh/service-kit';
import { Agreements } from './adapters/agreements.table.ts';
import { BillingBases } from './adapters/billing-bases.ts';
import { BillingCycles } from './adapters/billing-cycles.table.ts';
import { billingProjection } from './adapters/billing.projection.ts';
import { Bills } from './adapters/bills.table.ts';
import { Tariffs } from './adapters/tariffs.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import { ValidatedDays } from './adapters/validated-days.table.ts';
import type { QualityLimits } from './domain/billing-cycle/hold-reasons.ts';
import type { BillingEnvironment } from './environment.ts';
import { BillResolver } from './graphql/bill.resolver.ts';
import { BillingCycleResolver } from './graphql/billing-cycle.resolver.ts';
import { CloseBillingCycleMutation } from './graphql/close-billing-cycle.mutation.ts';
import { PreviewBillQuery } from './graphql/preview-bill.query.ts';
import { TariffsQuery } from './graphql/tariffs.query.ts';
import { UsagePointBillsResolver } from './graphql/usage-point-bills.resolver.ts';
import { QUALITY_LIMITS } from './quality-limits.ts';
import { AgreementsController } from './reactions/agreements.controller.ts';
import { RateUsageController } from './reactions/rate-usage.controller.ts';
import { UsagePointsController } from './reactions/usage-points.controller.ts';
import { ValidatedDaysController } from './reactions/validated-days.controller.ts';

@Module({})
export class BillingModule {
  static with(environment: BillingEnvironment): DynamicModule {
    const limits: QualityLimits = {
      suspectShare: environment.MAX_SUSPECT_SHARE,
      estimatedShare: environment.MAX_ESTIMATED_SHARE,
    };
    return {
      module: BillingModule,
      imports: [
        ServiceModule.with({
          name: 'billing',
          environment,
          root: new URL('../', import.meta.url),
          projections: [billingProjection],
        }),
      ],
      controllers: [
        AgreementsController,
        UsagePointsController,
        ValidatedDaysController,
        RateUsageController,
      ],
      providers: [
        { provide: QUALITY_LIMITS, useValue: limits },
        Agreements,
        UsagePoints,
        ValidatedDays,
        Tariffs,
        BillingBases,
        Bills,
        BillingCycles,
        BillResolver,
        BillingCycleResolver,
        UsagePointBillsResolver,
        PreviewBillQuery,
        TariffsQuery,
        CloseBillingCycleMutation,
      ],
    };
  }
}
