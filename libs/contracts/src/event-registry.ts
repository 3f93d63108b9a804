import { createRegistry, fromBinary, toBinary, type DescMessage, type Message } from '@bufbuild/protobuf';
import { file_metermesh_billing_v1_bill_run as billRun } from './generated/metermesh/billing/v1/bill_run_pb.ts';
import { file_metermesh_billing_v1_events as billing } from './generated/metermesh/billing/v1/events_pb.ts';
import { file_metermesh_billing_v1_gas_quality as gasQuality } from './generated/metermesh/billing/v1/gas_quality_pb.ts';
import { file_metermesh_billing_v1_prepayment as prepayment } from './generated/metermesh/billing/v1/prepayment_pb.ts';
import { file_metermesh_billing_v1_receivables as receivables } from './generated/metermesh/billing/v1/receivables_pb.ts';
import { file_metermesh_control_v1_events as control } from './generated/metermesh/control/v1/events_pb.ts';
import { file_metermesh_customer_care_v1_events as customerCare } from './generated/metermesh/customer_care/v1/events_pb.ts';
import { file_metermesh_device_registry_v1_events as deviceRegistry } from './generated/metermesh/device_registry/v1/events_pb.ts';
import { file_metermesh_ingestion_v1_events as ingestion } from './generated/metermesh/ingestion/v1/events_pb.ts';

const registry = createRegistry(
  billing,
  billRun,
  gasQuality,
  prepayment,
  receivables,
  control,
  customerCare,
  deviceRegistry,
  ingestion,
);

function schemaOf(typeName: string): DescMessage {
  const schema = registry.getMessage(typeName);
  if (!schema)
    throw new Error(
      `No event type "${typeName}" is known; is a newer writer's event read by an older reader?`,
    );
  return schema;
}

/** The bytes of an event as they lie in the event log and travel on NATS, under its protobuf type name. */
export function encodeEvent(event: Message): { type: string; data: Uint8Array } {
  return { type: event.$typeName, data: toBinary(schemaOf(event.$typeName), event) };
}

/**
 * Reads an event back. `$typeName` discriminates the union `Event`, which the caller knows from the stream it read.
 * Throws where the type is not known.
 */
export function decodeEvent<Event extends Message>(recorded: { type: string; data: Uint8Array }): Event {
  return fromBinary(schemaOf(recorded.type), recorded.data) as Event;
}
