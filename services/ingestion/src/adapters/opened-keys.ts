import type { MeterKeys } from '../domain/known-meter.ts';

/** As many meters as a head-end hears within minutes; their keys take some tens of megabytes. */
const MOST_HELD = 20_000;

/** Keys of meters that were opened lately: to open them costs more than to decipher a push with them. */
export class OpenedKeys {
  private readonly keys = new Map<string, MeterKeys>();
  private readonly most: number;

  constructor(most = MOST_HELD) {
    this.most = most;
  }

  /** The keys of this version, opened where they are not held; of another version than asked for none stay. */
  of(serialNumber: string, version: string, open: () => MeterKeys | undefined): MeterKeys | undefined {
    const held = this.keys.get(serialNumber);
    if (held?.version === version) return held;
    this.keys.delete(serialNumber);
    const opened = open();
    if (!opened) return undefined;
    this.keys.set(serialNumber, opened);
    if (this.keys.size > this.most) this.keys.delete(this.keys.keys().next().value!);
    return opened;
  }
}
