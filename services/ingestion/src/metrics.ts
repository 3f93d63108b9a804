import { Counter, Gauge, Histogram } from 'prom-client';

export const framesReceived = new Counter({
  name: 'metermesh_frames_received_total',
  help: 'Frames and upload rows that arrived',
  labelNames: ['source'],
});

export const framesRecorded = new Counter({
  name: 'metermesh_frames_recorded_total',
  help: 'Frames and upload rows that became readings; repeated: had before; passed-over: registers that came too fast',
  labelNames: ['source', 'outcome'],
});

export const framesQuarantined = new Counter({
  name: 'metermesh_frames_quarantined_total',
  help: 'Frames and upload rows kept aside, by code',
  labelNames: ['source', 'code'],
});

export const framesTurnedAway = new Counter({
  name: 'metermesh_frames_turned_away_total',
  help: 'Frames and upload rows that quarantine had no room for',
  labelNames: ['source'],
});

export const acknowledgement = new Histogram({
  name: 'metermesh_frame_acknowledgement_seconds',
  help: 'From the last octet of a frame to its commit',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
});

export const groupSize = new Histogram({
  name: 'metermesh_commit_group_size',
  help: 'Frames that shared one append transaction',
  buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
});

export const clockSkew = new Histogram({
  name: 'metermesh_meter_clock_skew_seconds',
  help: 'Between the time that a live push states and its arrival, in either direction',
  buckets: [1, 2, 5, 10, 30, 60, 300, 900, 3600, 86_400],
});

export const headEndConnections = new Gauge({
  name: 'metermesh_head_end_connections',
  help: 'Open connections of meters',
});

export const datagramsDropped = new Counter({
  name: 'metermesh_datagrams_dropped_total',
  help: 'UDP datagrams that came while as many as are taken at once were under way',
});
