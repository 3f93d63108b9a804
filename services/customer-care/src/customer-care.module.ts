import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule } from '@metermesh/service-kit';
import { Agreements } from './adapters/agreements.table.ts';
import { customerCareProjection, isFirstHand } from './adapters/customer-care.projection.ts';
import { Customers } from './adapters/customers.table.ts';
import { Rating } from './adapters/rating.ts';
import { UsageDays } from './adapters/usage-days.table.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import type { CustomerCareEnvironment } from './environment.ts';
import { AgreementResolver } from './graphql/agreement.resolver.ts';
import { ChangeAgreementTermsMutation } from './graphql/change-agreement-terms.mutation.ts';
import { CustomerResolver } from './graphql/customer.resolver.ts';
import { EndAgreementMutation } from './graphql/end-agreement.mutation.ts';
import { InsightResolver } from './graphql/insight.resolver.ts';
import { RegisterCustomerMutation } from './graphql/register-customer.mutation.ts';
import { StartAgreementMutation } from './graphql/start-agreement.mutation.ts';
import { UsagePointResolver } from './graphql/usage-point.resolver.ts';
import { LoadProfileValidatedController } from './reactions/load-profile-validated.controller.ts';
import { UsagePointRegisteredController } from './reactions/usage-point-registered.controller.ts';

const tables = [Customers, Agreements, UsagePoints, UsageDays];
const resolvers = [CustomerResolver, AgreementResolver, InsightResolver, UsagePointResolver];
const mutations = [
  RegisterCustomerMutation,
  StartAgreementMutation,
  ChangeAgreementTermsMutation,
  EndAgreementMutation,
];

@Module({})
export class CustomerCareModule {
  static with(environment: CustomerCareEnvironment): DynamicModule {
    return {
      module: CustomerCareModule,
      imports: [
        ServiceModule.with({
          name: 'customer-care',
          environment,
          root: new URL('../', import.meta.url),
          projections: [customerCareProjection],
          isRelayed: isFirstHand,
        }),
      ],
      controllers: [UsagePointRegisteredController, LoadProfileValidatedController],
      providers: [...tables, ...resolvers, ...mutations, Rating],
    };
  }
}
