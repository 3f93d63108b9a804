export { decodeShelly } from './shelly.ts';
export { decodeTasmota, type TasmotaOptions } from './tasmota.ts';
export * from './encode-messages.ts';
