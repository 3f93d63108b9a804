/**
 * Subjects of NATS. Facts travel on `fact.<service>.<event>.<partition>`: everything about one key (the id of the
 * stream in the event log) lies in one partition, so that consumers of single partitions keep its order.
 */
export const FACT_PARTITIONS = 16;

/** @param eventType protobuf type name (`metermesh.ingestion.v1.LoadProfileValidated`) or its last part in kebab-case */
export function factSubject(service: string, eventType: string, key: string): string {
  return `fact.${service}.${eventName(eventType)}.${partitionToken(partitionOf(key))}`;
}

/** What to subscribe to for one kind of fact: of all partitions, or of one. */
export function factPattern(service: string, eventType: string, partition?: number): string {
  return `fact.${service}.${eventName(eventType)}.${partition === undefined ? '*' : partitionToken(partition)}`;
}

/** FNV-1a (32 bit) of the key's UTF-8, modulo {@link FACT_PARTITIONS}. Must never change while facts are under way. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % FACT_PARTITIONS;
}

function partitionToken(partition: number): string {
  return String(partition).padStart(2, '0');
}

/** `LoadProfileValidated` → `load-profile-validated`; a name already in kebab-case stays as it is. */
function eventName(eventType: string): string {
  return eventType
    .slice(eventType.lastIndexOf('.') + 1)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}
