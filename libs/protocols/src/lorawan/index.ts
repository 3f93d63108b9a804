export { readPhyPayloadWith } from './codec.ts';
export { encodeDataMessage, encodeJoinRequest, type DataMessageFields } from './encode-phy-payload.ts';
export * from './environment-obis.ts';
export { parseFieldMapping, switchesSupply, type FieldMapping } from './payload-codec/field-mapping.ts';
export {
  decodeDownlink,
  decodeUplink,
  encodeDownlink,
  type DecodedUplink,
  type EncodedDownlink,
  type PayloadCodec,
  type Uplink,
} from './payload-codec/payload-codec.ts';
export { pushOfUplink, type UplinkOrigin } from './payload-codec/push-of-uplink.ts';
export { Sandbox } from './payload-codec/sandbox.ts';
export { readPhyPayload, type LorawanKeys, type PhyPayload } from './phy-payload.ts';
export { encodeDownlinkCommand, type Downlink } from './network-server/downlink-command.ts';
export {
  encodeChirpstackUplink,
  encodeTheThingsStackUplink,
  type UplinkFields,
} from './network-server/encode-uplink.ts';
export * from './network-server/network-server-message.ts';
export { batteryCharge, pushOfNotice, pushOfStatus } from './network-server/push-of-message.ts';
