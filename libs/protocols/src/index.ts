export * from './decode-error.ts';
export * from './decimal.ts';
export * from './hex.ts';
export * from './measurement.ts';
export * from './mqtt-message.ts';
export * from './protocol-codec.ts';
export * from './registry.ts';
export * from './dlms/index.ts';
