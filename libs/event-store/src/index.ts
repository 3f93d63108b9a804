export * from './event-store.ts';
export * from './in-memory-event-store.ts';
export * from './postgres-event-store.ts';
export * from './kurrentdb-event-store.ts';
