import { ByteReader } from '../byte-reader.ts';
import {
  UNNAMED,
  type DecodedDevice,
  type DecodedEvent,
  type DecodedMeasurement,
  type DecodedPush,
} from '../measurement.ts';
import { hex4, textOrHex, toHex } from '../hex.ts';
import { alarmEvent } from './alarms.ts';
import { unnamed } from './attribute.ts';
import { findCluster } from './cluster.ts';
import { readEnvelope } from './envelope.ts';
import { readProfileResponse } from './load-profile.ts';
import { METERING, snapshotTime } from './metering.ts';
import { mediumOf } from './metering-unit.ts';
import { ALARMS, BASIC, IAS_ZONE, zoneEvents } from './other-clusters.ts';
import { Scope, type KnownAttributes } from './scope.ts';
import { commandName, generalCommand, statusName, type ZclFrame } from './zcl-frame.ts';
import { readUnsigned } from './zcl-value.ts';

export interface ZigbeeOptions {
  /** The cluster of the frame, where it does not say so itself. */
  readonly cluster?: number;
  /**
   * Whether the likeliest cluster is taken where the attributes fit several: for people who look at a frame, never for
   * readings that are kept.
   */
  readonly mayGuessCluster?: boolean;
  /** What was read from the device before; the frame's own attributes count first. */
  readonly attributes?: KnownAttributes;
}

/** Attributes that a device reports or was asked for: everything else that carries some sets or configures them. */
const REPORTING: readonly number[] = [generalCommand.readResponse, generalCommand.report];

/** What a frame of the cluster library says. Fails with the codes of {@link readEnvelope}. */
export function decodeZigbee(
  bytes: Uint8Array,
  { cluster: given, mayGuessCluster, attributes }: ZigbeeOptions = {},
): DecodedPush {
  const { cluster, frame, assumedOf = [] } = readEnvelope(bytes, given, mayGuessCluster);
  const scope = new Scope(cluster, frame, attributes);
  if (assumedOf.length > 0) {
    const others = assumedOf.slice(1).map(hex4).join(', ');
    scope.warn(
      'ZIGBEE_CLUSTER_ASSUMED',
      `The frame does not say its cluster: by its attributes it is ${hex4(cluster)}${others && ` or, less likely, ${others}`}.`,
    );
  }
  const said = frame.isClusterSpecific ? commandSays(frame, scope) : attributesSay(frame, scope);
  for (const { id, status } of frame.refused)
    scope.warn('ZIGBEE_ATTRIBUTE_REFUSED', `${scope.code(id)} was not given: ${statusName(status)}.`);
  return {
    device: deviceOf(frame, scope),
    time: cluster === METERING ? snapshotTime(scope) : undefined,
    measurements: [],
    loadProfiles: [],
    events: [],
    warnings: scope.warnings,
    ...said,
  };
}

type Said = Partial<Pick<DecodedPush, 'measurements' | 'loadProfiles' | 'events'>>;

function attributesSay(frame: ZclFrame, scope: Scope): Said {
  if (!REPORTING.includes(frame.command)) {
    scope.warn('ZIGBEE_NO_READINGS', `"${commandName(frame.command)}" carries no readings.`);
    return {};
  }
  // A manufacturer's attributes only look like those of the standard.
  const meanings = frame.manufacturer === undefined ? findCluster(scope.cluster)?.attributes : undefined;
  const measurements: DecodedMeasurement[] = [];
  const events: DecodedEvent[] = [];
  for (const attribute of frame.attributes) {
    const meaning = meanings?.get(attribute.id);
    if (attribute.value === undefined) {
      scope.warn(
        'ZIGBEE_VALUE_INVALID',
        `The device has no value for ${scope.code(attribute.id)} at present.`,
      );
      continue;
    }
    const measurement = meaning ? meaning.measure?.(attribute, scope) : unnamed(attribute, scope);
    if (measurement) measurements.push(measurement);
    if (meaning?.events) events.push(...meaning.events(attribute, scope));
  }
  return { measurements, events };
}

/** Commands of a cluster: those that carry readings or events; others are kept as octets. */
function commandSays(frame: ZclFrame, scope: Scope): Said {
  const { command, isFromServer, manufacturer, payload, payloadOffset } = frame;
  if (isFromServer && manufacturer === undefined && command === 0x00) {
    const reader = new ByteReader(payload, payloadOffset);
    switch (scope.cluster) {
      case METERING: {
        const profile = readProfileResponse(payload, payloadOffset, scope);
        return { loadProfiles: profile ? [profile] : [] };
      }
      case ALARMS:
        return { events: [alarmEvent(reader.u8(), readUnsigned(reader, 2))] };
      case IAS_ZONE:
        return { events: zoneEvents(readUnsigned(reader, 2)) };
    }
  }
  scope.warn(
    'ZIGBEE_COMMAND_KEPT',
    `Command ${command} of cluster ${hex4(scope.cluster)} is not read: its octets are kept.`,
  );
  const code = `zcl:${hex4(scope.cluster)}/command-${command.toString(16).toUpperCase().padStart(2, '0')}`;
  return { measurements: [{ obis: UNNAMED, code, value: toHex(payload) }] };
}

function deviceOf({ attributes, manufacturer }: ZclFrame, scope: Scope): DecodedDevice {
  if (manufacturer !== undefined) return {};
  if (scope.cluster === BASIC)
    return {
      manufacturer: scope.text(0x0004)?.trim() || undefined,
      version: scope.text(0x4000)?.trim() || undefined,
    };
  if (scope.cluster !== METERING) return {};
  const serial = attributes.find(({ id }) => id === 0x0308)?.value;
  return {
    serialNumber: serial instanceof Uint8Array && serial.length > 0 ? textOrHex(serial) : undefined,
    medium: mediumOf(scope),
  };
}
