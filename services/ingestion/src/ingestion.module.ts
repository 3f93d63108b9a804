import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceModule, type BootSettings } from '@metermesh/service-kit';
import { deviceEventProjection } from './adapters/device-event.projection.ts';
import { DeviceEvents } from './adapters/device-event.table.ts';
import { Downlinks } from './adapters/downlink.table.ts';
import { KnownMeters } from './adapters/known-meters.table.ts';
import { LoadProfileRetention } from './adapters/load-profile-retention.ts';
import { loadProfileProjection } from './adapters/load-profile.projection.ts';
import { LoadProfiles } from './adapters/load-profiles.ts';
import { LorawanRoutes } from './adapters/lorawan-route.table.ts';
import { MeterClocks } from './adapters/meter-clock.table.ts';
import { MqttClients } from './adapters/mqtt-clients.table.ts';
import { Quarantine } from './adapters/quarantine.table.ts';
import { ReadingLog } from './adapters/reading-log.ts';
import { readingProjection } from './adapters/reading.projection.ts';
import { Readings } from './adapters/reading.table.ts';
import { UsagePoints } from './adapters/usage-points.table.ts';
import { ZigbeeNames } from './adapters/zigbee-names.table.ts';
import type { Environment } from './environment.ts';
import { DeadLetterResolver } from './graphql/dead-letter.resolver.ts';
import {
  DeviceEventResolver,
  DeviceEventsOfMeterResolver,
  DeviceEventsOfUsagePointResolver,
} from './graphql/device-event.resolver.ts';
import { DiscardQuarantinedFrameMutation } from './graphql/discard-quarantined-frame.mutation.ts';
import { DownlinkResolver } from './graphql/downlink.resolver.ts';
import { LoadProfileResolver } from './graphql/load-profile.resolver.ts';
import { MeterClockResolver } from './graphql/meter-clock.resolver.ts';
import { QuarantineResolver } from './graphql/quarantine.resolver.ts';
import { ReadMeterMutation } from './graphql/read-meter.mutation.ts';
import { ReadingReferenceResolver } from './graphql/reading-reference.resolver.ts';
import { ReadingResolver } from './graphql/reading.resolver.ts';
import { ReplayQuarantinedFramesMutation } from './graphql/replay-quarantined-frames.mutation.ts';
import { SendDownlinkMutation } from './graphql/send-downlink.mutation.ts';
import { SetMeterClockMutation } from './graphql/set-meter-clock.mutation.ts';
import { Sight } from './graphql/sight.ts';
import { SubmeteringResolver } from './graphql/submetering.resolver.ts';
import { DlmsListener } from './head-end/dlms-listener.ts';
import { FrameListeners } from './head-end/frames/frame-listeners.ts';
import { FrameSubmissions } from './head-end/frames/frame-submissions.ts';
import { FramesController, takeFrames } from './head-end/frames/frames.controller.ts';
import { RecordFrames } from './head-end/frames/record-frames.ts';
import { LorawanMessages } from './head-end/lorawan/lorawan-messages.ts';
import { PayloadCodecs } from './head-end/lorawan/payload-codecs.ts';
import { SendDownlink } from './head-end/lorawan/send-downlink.ts';
import { dialects } from './head-end/mqtt/dialects.ts';
import { MqttHeadEnd } from './head-end/mqtt/mqtt-head-end.ts';
import { MqttSubmissions } from './head-end/mqtt/mqtt-submissions.ts';
import { MqttUsersFile } from './head-end/mqtt/mqtt-users-file.ts';
import { MeterAccesses } from './head-end/meter-accesses.ts';
import { PollMeters } from './head-end/poll-meters.ts';
import { ReadMeter } from './head-end/read-meter.ts';
import { DeviceRegistryController } from './reactions/device-registry.controller.ts';
import { MqttCredentialsController } from './reactions/mqtt-credentials.controller.ts';
import { OperateSwitchController } from './reactions/operate-switch.controller.ts';
import { RecordReadings } from './record-readings.ts';
import { ReleaseQuarantined } from './release-quarantined.ts';
import { ReadingsUploadController, takeUploads } from './upload/readings-upload.controller.ts';
import { RecordUpload } from './upload/record-upload.ts';
import { UploadAccess } from './upload/upload-access.ts';
import { waysIn } from './ways-in.ts';

@Module({})
export class IngestionModule {
  static with(environment: Environment): DynamicModule {
    return {
      module: IngestionModule,
      imports: [
        ServiceModule.with({
          name: 'ingestion',
          environment,
          root: new URL('../', import.meta.url),
          projections: (store) => [readingProjection, deviceEventProjection, loadProfileProjection(store)],
        }),
      ],
      controllers: [
        DeviceRegistryController,
        OperateSwitchController,
        ReadingsUploadController,
        FramesController,
        MqttCredentialsController,
      ],
      providers: [
        DeadLetterResolver,
        DeviceEventResolver,
        DeviceEvents,
        DeviceEventsOfMeterResolver,
        DeviceEventsOfUsagePointResolver,
        DiscardQuarantinedFrameMutation,
        DlmsListener,
        DownlinkResolver,
        Downlinks,
        FrameListeners,
        FrameSubmissions,
        KnownMeters,
        LoadProfileResolver,
        LoadProfileRetention,
        LoadProfiles,
        LorawanMessages,
        LorawanRoutes,
        SubmeteringResolver,
        MeterAccesses,
        MeterClockResolver,
        MeterClocks,
        MqttClients,
        MqttHeadEnd,
        MqttSubmissions,
        MqttUsersFile,
        PayloadCodecs,
        PollMeters,
        Quarantine,
        QuarantineResolver,
        ReadingLog,
        ReadMeter,
        ReadMeterMutation,
        ReadingResolver,
        ReadingReferenceResolver,
        Readings,
        RecordFrames,
        RecordReadings,
        RecordUpload,
        ReleaseQuarantined,
        ReplayQuarantinedFramesMutation,
        SendDownlink,
        SendDownlinkMutation,
        SetMeterClockMutation,
        Sight,
        UploadAccess,
        UsagePoints,
        ZigbeeNames,
        dialects,
        waysIn,
      ],
    };
  }
}

/** How the process starts; tests start it the same way. */
export const ingestion = (environment: Environment): BootSettings => ({
  name: 'ingestion',
  environment,
  module: IngestionModule.with(environment),
  configure(app) {
    takeUploads(app, environment.UPLOAD_MAX_BYTES);
    takeFrames(app, environment.UPLOAD_MAX_BYTES);
  },
});
