export * from './ciphered-telegram.ts';
export { decodeP1Frame } from './codec.ts';
export * from './m-bus-devices.ts';
export * from './telegram-push.ts';
export * from './telegram-splitter.ts';
export * from './encode-telegram.ts';
