import { parseEnvironment, serviceEnvironment } from '@metermesh/service-kit';
import { z } from 'zod';

/** Everything that control reads from its environment, parsed once. */
export const environment = (source?: NodeJS.ProcessEnv) =>
  parseEnvironment(
    {
      ...serviceEnvironment(4004),
      /** How long the head-end may take to operate a meter's switch, in milliseconds. */
      SWITCH_TIMEOUT_MS: z.coerce.number().int().positive().default(30_000),
      /** Pause before a meter that could not be reached is tried again, in milliseconds. */
      SWITCH_RETRY_MS: z.coerce.number().int().positive().default(15_000),
    },
    source,
  );

export type ControlEnvironment = ReturnType<typeof environment>;
