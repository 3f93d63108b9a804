export type { MeterAddress } from './address.ts';
export { encodeWired, encodeWireless, type MessageSecurity, type MessageToSend } from './encode-frame.ts';
export { profileRecords, type ProfileToSend } from './encode-profile.ts';
export { encodeRecords, vib, type RecordData, type RecordToSend } from './encode-records.ts';
export { decodeMbus, type MbusOptions } from './frame.ts';
