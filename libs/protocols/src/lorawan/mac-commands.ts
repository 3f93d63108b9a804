/** A MAC command, its octets after the identifier as hexadecimal. */
export interface MacCommand {
  readonly identifier: number;
  /** As LoRaWAN calls it; absent where the identifier is nobody's, and then the rest of the field is its content. */
  readonly name?: string;
  readonly content: Uint8Array;
}

export type Direction = 'up' | 'down';

/**
 * Identifier → name and octets of content, from the device (up) and from the network (down): TS001-1.0.4, clause 5 and
 * 14 (class B); LoRaWAN 1.1, clause 5 for 01, 0B, 0C, 0E, 0F and 20.
 */
const commands: Readonly<Record<number, Readonly<Record<Direction, readonly [string, number] | undefined>>>> =
  {
    0x01: { up: ['ResetInd', 1], down: ['ResetConf', 1] },
    0x02: { up: ['LinkCheckReq', 0], down: ['LinkCheckAns', 2] },
    0x03: { up: ['LinkADRAns', 1], down: ['LinkADRReq', 4] },
    0x04: { up: ['DutyCycleAns', 0], down: ['DutyCycleReq', 1] },
    0x05: { up: ['RXParamSetupAns', 1], down: ['RXParamSetupReq', 4] },
    0x06: { up: ['DevStatusAns', 2], down: ['DevStatusReq', 0] },
    0x07: { up: ['NewChannelAns', 1], down: ['NewChannelReq', 5] },
    0x08: { up: ['RXTimingSetupAns', 0], down: ['RXTimingSetupReq', 1] },
    0x09: { up: ['TxParamSetupAns', 0], down: ['TxParamSetupReq', 1] },
    0x0a: { up: ['DlChannelAns', 1], down: ['DlChannelReq', 4] },
    0x0b: { up: ['RekeyInd', 1], down: ['RekeyConf', 1] },
    0x0c: { up: ['ADRParamSetupAns', 0], down: ['ADRParamSetupReq', 1] },
    0x0d: { up: ['DeviceTimeReq', 0], down: ['DeviceTimeAns', 5] },
    0x0e: { up: undefined, down: ['ForceRejoinReq', 2] },
    0x0f: { up: ['RejoinParamSetupAns', 1], down: ['RejoinParamSetupReq', 1] },
    0x10: { up: ['PingSlotInfoReq', 1], down: ['PingSlotInfoAns', 0] },
    0x11: { up: ['PingSlotChannelAns', 1], down: ['PingSlotChannelReq', 4] },
    0x12: { up: ['BeaconTimingReq', 0], down: ['BeaconTimingAns', 3] },
    0x13: { up: ['BeaconFreqAns', 1], down: ['BeaconFreqReq', 3] },
    0x20: { up: ['DeviceModeInd', 1], down: ['DeviceModeConf', 1] },
  };

/**
 * The commands of an FOpts field, or of a payload on port 0. Of an identifier that is not known the length is not known
 * either: it ends the list with what is left. A command cut short keeps the octets that are there.
 */
export function readMacCommands(octets: Uint8Array, direction: Direction): readonly MacCommand[] {
  const found: MacCommand[] = [];
  for (let at = 0; at < octets.length;) {
    const identifier = octets[at]!;
    const [name, length] = commands[identifier]?.[direction] ?? [undefined, octets.length];
    const end = Math.min(at + 1 + length, octets.length);
    found.push({ identifier, name, content: octets.slice(at + 1, end) });
    at = end;
  }
  return found;
}

/** What a device tells of its supply and reception (TS001-1.0.4, 5.5). */
export interface DeviceStatus {
  /** Percent of full, `external` where it has no battery; absent where it cannot measure it. */
  readonly battery?: number | 'external';
  /** Signal-to-noise ratio of the last DevStatusReq above what demodulation needs, dB. */
  readonly margin: number;
}

/** The content of a DevStatusAns; `undefined` of any other command. */
export function deviceStatusOf({ identifier, content }: MacCommand): DeviceStatus | undefined {
  const [level, reception] = content;
  if (identifier !== 0x06 || level === undefined || reception === undefined) return undefined;
  const margin = ((reception & 0x3f) << 26) >> 26;
  if (level === 0) return { battery: 'external', margin };
  return { battery: level === 255 ? undefined : Math.round(((level - 1) / 253) * 1000) / 10, margin };
}
