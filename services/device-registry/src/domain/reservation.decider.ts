import type { DeviceAddressReserved, SystemTitleReserved } from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';

/** Holds a name for the meter that comes first; the name's stream is appended together with the meter's. */
function heldByOneMeter<Reserved extends { serialNumber: string }>(
  taken: (held: Reserved) => Refusal,
): Decider<Reserved, Reserved | undefined, Reserved> {
  return {
    initialState: undefined,
    evolve: (_state, event) => event,
    decide(reserved, held) {
      if (!held) return [reserved];
      return held.serialNumber === reserved.serialNumber ? [] : taken(held);
    },
  };
}

export const systemTitleDecider = heldByOneMeter<SystemTitleReserved>(({ systemTitle, serialNumber }) =>
  refuse(
    'SYSTEM_TITLE_TAKEN',
    `Meter ${serialNumber} has the system title ${hex(systemTitle)}; check what is written on the meter.`,
  ),
);

export const deviceAddressDecider = heldByOneMeter<DeviceAddressReserved>(({ address, serialNumber }) =>
  refuse(
    'DEVICE_ADDRESS_TAKEN',
    `Meter ${serialNumber} has the address ${address}; check what is written on the device.`,
  ),
);

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();
