import { equals } from '@bufbuild/protobuf';
import { ConcentratorRegisteredSchema, type ConcentratorRegistered } from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Decider, type Refusal } from '@metermesh/decider';
import { faultOfText } from './text.ts';

/** A data concentrator: the device through which the head-end reaches many meters. */
export type Concentrator = ConcentratorRegistered | undefined;

export const concentratorDecider: Decider<ConcentratorRegistered, Concentrator, ConcentratorRegistered> = {
  initialState: undefined,
  evolve: (_state, event) => event,
  decide(registered, concentrator) {
    const { concentratorId, manufacturer, networkAddress } = registered;
    if (concentrator) {
      if (equals(ConcentratorRegisteredSchema, concentrator, registered)) return [];
      return refuse(
        'CONCENTRATOR_EXISTS',
        `Concentrator ${concentratorId} is registered already, with other particulars; choose another identifier.`,
      );
    }
    return (
      faultOfIdentifier('concentrator', concentratorId) ??
      faultOfText('manufacturer', manufacturer) ??
      faultOfText('networkAddress', networkAddress) ?? [registered]
    );
  },
};

export function concentratorNotFound(id: string): Refusal<'CONCENTRATOR_NOT_FOUND'> {
  return refuse('CONCENTRATOR_NOT_FOUND', `No concentrator ${JSON.stringify(id)} is registered.`);
}
