import { parseEnvironment, serviceEnvironment } from '@metermesh/service-kit';
import { z } from 'zod';

/** Everything that device-registry reads from its environment, parsed once. */
export const environment = (source?: NodeJS.ProcessEnv) =>
  parseEnvironment(
    {
      ...serviceEnvironment(4001),
      /** Seals the keys of meters at rest; the same one as the head-end's, which opens them. */
      KEY_ENCRYPTION_KEY: z
        .string()
        .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
        .transform((digits) => Buffer.from(digits, 'hex')),
    },
    source,
  );

export type DeviceRegistryEnvironment = ReturnType<typeof environment>;
