import { parseEnvironment, serviceEnvironment } from '@metermesh/service-kit';
import { z } from 'zod';

/** Everything that billing reads from its environment, parsed once. */
export const environment = (source?: NodeJS.ProcessEnv) =>
  parseEnvironment(
    {
      ...serviceEnvironment(4003),
      /** Most of a period's intervals, as a share of 1, that may be suspect; with more the cycle is held. */
      MAX_SUSPECT_SHARE: z.coerce.number().min(0).max(1).default(0.01),
      /** The same for estimated intervals. */
      MAX_ESTIMATED_SHARE: z.coerce.number().min(0).max(1).default(0.1),
    },
    source,
  );

export type BillingEnvironment = ReturnType<typeof environment>;
