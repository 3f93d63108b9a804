/**
 * What is said over MQTT, as NATS subjects. Devices are users of an account of their own at the broker, so that they reach
 * nothing of the mesh; it imports what they say, below {@link DEVICES_SAY}, and exports to them what it tells them.
 */
export const DEVICES_SAY = 'mqtt';

/** Topics at which devices, gateways and network servers publish; what else they say stays with the broker. */
export const saidByDevices: readonly string[] = [
  'meters.>',
  'tele.>',
  'stat.>',
  'shellies.>',
  '*.events.rpc',
  '*.status.*',
  'zigbee2mqtt.>',
  'application.>',
  'v3.>',
  'bridges.>',
];

/** Topics at which the mesh publishes to them: commands and downlinks. */
export const toldToDevices: readonly string[] = [
  'cmnd.>',
  '*.rpc',
  '*.command',
  'application.*.device.*.command.down',
  'bridges.*.application.*.device.*.command.down',
  'v3.*.devices.*.down.*',
  'bridges.*.v3.*.devices.*.down.*',
];
