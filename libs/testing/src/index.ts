export * from './free-ports.ts';
export * from './nats.ts';
export * from './postgres.ts';
