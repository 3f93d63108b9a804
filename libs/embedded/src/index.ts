export * from './embedded-server-error.ts';
export * from './guarded-process.ts';
export * from './postgres-server.ts';
export * from './find-nats-server.ts';
export * from './nats-server.ts';
