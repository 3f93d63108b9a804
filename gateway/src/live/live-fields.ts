import {
  decodeEvent,
  factPattern,
  type DeviceEventRecorded,
  type LoadProfileRecorded,
  type RegisterRead,
} from '@metermesh/contracts';
import type { Fact } from '@metermesh/messaging';

/** How one field of `Subscription` is answered: from which facts, and by which question to the federated graph. */
export interface LiveField {
  /** NATS subjects of the facts that it tells of. */
  subjects: readonly string[];
  /** The field's argument that chooses among them. */
  keyArgument: string;
  /** What a fact is chosen by. */
  keyOf(fact: Fact): string;
  /** Root field of `Query`, with the argument that the key is given to: whoever may ask this may listen. */
  permission: { field: string; argument: string };
  /** Root field of `Query`, with the argument that the fact's id is given to: answers what was selected. */
  answer: { field: string; argument: string };
}

export const LIVE_FIELDS: Readonly<Record<string, LiveField>> = {
  readingReceived: {
    subjects: [factPattern('ingestion', 'LoadProfileRecorded'), factPattern('ingestion', 'RegisterRead')],
    keyArgument: 'usagePointId',
    keyOf: (fact) => decodeEvent<LoadProfileRecorded | RegisterRead>(fact).usagePointId,
    permission: { field: 'usagePoint', argument: 'id' },
    answer: { field: 'reading', argument: 'id' },
  },
  deviceEventReceived: {
    subjects: [factPattern('ingestion', 'DeviceEventRecorded')],
    keyArgument: 'usagePointId',
    keyOf: (fact) => decodeEvent<DeviceEventRecorded>(fact).usagePointId,
    permission: { field: 'usagePoint', argument: 'id' },
    answer: { field: 'deviceEvent', argument: 'id' },
  },
};
