import type { SystemTitleReserved } from '@metermesh/contracts';
import { refuse, type Decider } from '@metermesh/decider';

/** Holds a system title for one meter; its stream is appended together with the meter's. */
export const systemTitleDecider: Decider<
  SystemTitleReserved,
  SystemTitleReserved | undefined,
  SystemTitleReserved
> = {
  initialState: undefined,
  evolve: (_state, event) => event,
  decide(reserved, holder) {
    if (!holder) return [reserved];
    if (holder.serialNumber === reserved.serialNumber) return [];
    return refuse(
      'SYSTEM_TITLE_TAKEN',
      `Meter ${holder.serialNumber} has the system title ${hex(reserved.systemTitle)}; check what is written on the meter.`,
    );
  },
};

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();
