export * from './decode.ts';
export * from './encode.ts';
export * from './zigbee2mqtt.ts';
export * from './zigbee2mqtt-encode.ts';
export { zclType } from './zcl-value.ts';
export type { KnownAttributes } from './scope.ts';
