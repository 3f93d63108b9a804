import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule } from '@metermesh/service-kit';
import { Concentrators } from './adapters/concentrators.table.ts';
import { Installations } from './adapters/installations.table.ts';
import { Meters } from './adapters/meters.table.ts';
import { MqttCredentials } from './adapters/mqtt-credentials.table.ts';
import { isFirstHand, registryProjection } from './adapters/registry.projection.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import type { DeviceRegistryEnvironment } from './environment.ts';
import { AssignMeterToConcentratorMutation } from './graphql/assign-meter-to-concentrator.mutation.ts';
import { ConcentratorResolver } from './graphql/concentrator.resolver.ts';
import { ExchangeMeterMutation } from './graphql/exchange-meter.mutation.ts';
import { InstallMeterMutation } from './graphql/install-meter.mutation.ts';
import { InstallationResolver } from './graphql/installation.resolver.ts';
import { IssueMqttCredentialMutation } from './graphql/issue-mqtt-credential.mutation.ts';
import { MeterResolver } from './graphql/meter.resolver.ts';
import { MqttCredentialResolver } from './graphql/mqtt-credential.resolver.ts';
import { RegisterConcentratorMutation } from './graphql/register-concentrator.mutation.ts';
import { RegisterMeterMutation } from './graphql/register-meter.mutation.ts';
import { RegisterUsagePointMutation } from './graphql/register-usage-point.mutation.ts';
import { RemoveMeterMutation } from './graphql/remove-meter.mutation.ts';
import { RevokeMqttCredentialMutation } from './graphql/revoke-mqtt-credential.mutation.ts';
import { SetMeterKeysMutation } from './graphql/set-meter-keys.mutation.ts';
import { Sight } from './graphql/sight.ts';
import { UsagePointResolver } from './graphql/usage-point.resolver.ts';

const tables = [UsagePoints, Meters, Installations, Concentrators, MqttCredentials];
const resolvers = [
  UsagePointResolver,
  MeterResolver,
  InstallationResolver,
  ConcentratorResolver,
  MqttCredentialResolver,
  Sight,
];
const mutations = [
  RegisterUsagePointMutation,
  RegisterMeterMutation,
  SetMeterKeysMutation,
  InstallMeterMutation,
  ExchangeMeterMutation,
  RemoveMeterMutation,
  RegisterConcentratorMutation,
  AssignMeterToConcentratorMutation,
  IssueMqttCredentialMutation,
  RevokeMqttCredentialMutation,
];

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
      providers: [...tables, ...resolvers, ...mutations],
    };
  }
}
