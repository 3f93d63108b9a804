export * from './push.ts';
export * from './server-id.ts';
export * from './splitter.ts';
export * from './encode-frame.ts';
