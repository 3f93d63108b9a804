import type { Provider } from '@nestjs/common';
import { dlmsPush } from './head-end/dlms-submission.ts';
import { HTTP_FRAME, TCP_FRAME, wayInOfFrames } from './head-end/frames/frame-sources.ts';
import { FrameSubmissions } from './head-end/frames/frame-submissions.ts';
import { MqttSubmissions } from './head-end/mqtt/mqtt-submissions.ts';
import { readAtMovements } from './movement-reads.ts';
import { uploadedRows } from './upload/row-submission.ts';
import type { WayIn } from './way-in.ts';

export const WAYS_IN = Symbol('ways in');
export type WaysIn = ReadonlyMap<string, WayIn>;

/** Every way in, by its source: what quarantine keeps of one that is not here cannot be replayed. A new one is a line here. */
export const waysIn: Provider = {
  provide: WAYS_IN,
  inject: [FrameSubmissions, MqttSubmissions],
  useFactory: (frames: FrameSubmissions, mqtt: MqttSubmissions): WaysIn =>
    bySource([
      dlmsPush,
      readAtMovements,
      wayInOfFrames(HTTP_FRAME, frames),
      wayInOfFrames(TCP_FRAME, frames),
      ...mqtt.waysIn,
      ...uploadedRows,
    ]),
};

const bySource = (ways: readonly WayIn[]): WaysIn => new Map(ways.map((way) => [way.source, way]));
