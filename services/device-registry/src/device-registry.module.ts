import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule } from '@metermesh/service-kit';
import { registryProjection, isFirstHand } from './adapters/registry.projection.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import type { DeviceRegistryEnvironment } from './environment.ts';
import { RegisterUsagePointMutation } from './graphql/register-usage-point.mutation.ts';
import { UsagePointResolver } from './graphql/usage-point.resolver.ts';

@Module({})
export class DeviceRegistryModule {
  static with(environment: DeviceRegistryEnvironment): DynamicModule {
    return {
      module: DeviceRegistryModule,
      imports: [
        ServiceModule.with({
          name: 'device-registry',
          environment,
          root: new URL('../', import.meta.url),
          projections: [registryProjection],
          isRelayed: isFirstHand,
        }),
      ],
      providers: [UsagePoints, UsagePointResolver, RegisterUsagePointMutation],
    };
  }
}
