export { decodeMbus, type MbusOptions } from './frame.ts';
export type { MeterAddress } from './address.ts';
