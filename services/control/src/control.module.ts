import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule } from '@metermesh/service-kit';
import { ControlDispatcher } from './adapters/control-dispatcher.ts';
import { Controls, controlsProjection } from './adapters/controls.table.ts';
import { CONTROL_CATEGORY, EndDeviceControls } from './adapters/end-device-controls.ts';
import { DisconnectionDemands } from './adapters/disconnection-demands.ts';
import { InstalledMeters } from './adapters/installed-meters.table.ts';
import { SupplySwitches } from './adapters/supply-switches.table.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import type { ControlEnvironment } from './environment.ts';
import { ApproveEndDeviceControlMutation } from './graphql/approve-end-device-control.mutation.ts';
import { EndDeviceControlResolver } from './graphql/end-device-control.resolver.ts';
import { RejectEndDeviceControlMutation } from './graphql/reject-end-device-control.mutation.ts';
import { RequestControlMutation } from './graphql/request-control.mutation.ts';
import { Sight } from './graphql/sight.ts';
import { UsagePointResolver } from './graphql/usage-point.resolver.ts';
import { DisconnectionRequestsController } from './reactions/disconnection-requests.controller.ts';
import { MeterInstalledController } from './reactions/meter-installed.controller.ts';
import { UsagePointRegisteredController } from './reactions/usage-point-registered.controller.ts';

@Module({})
export class ControlModule {
  static with(environment: ControlEnvironment): DynamicModule {
    return {
      module: ControlModule,
      imports: [
        ServiceModule.with({
          name: 'control',
          environment,
          root: new URL('../', import.meta.url),
          projections: [controlsProjection],
          // The switch's own stream repeats what the control's stream says.
          isRelayed: ({ stream }) => stream.category === CONTROL_CATEGORY,
        }),
      ],
      controllers: [
        MeterInstalledController,
        UsagePointRegisteredController,
        DisconnectionRequestsController,
      ],
      providers: [
        Controls,
        SupplySwitches,
        InstalledMeters,
        UsagePoints,
        Sight,
        EndDeviceControls,
        DisconnectionDemands,
        ControlDispatcher,
        EndDeviceControlResolver,
        UsagePointResolver,
        RequestControlMutation,
        ApproveEndDeviceControlMutation,
        RejectEndDeviceControlMutation,
      ],
    };
  }
}
