import { parseEnvironment, serviceEnvironment } from '@metermesh/service-kit';

/** Everything that customer-care reads from its environment, parsed once. */
export const environment = (source?: NodeJS.ProcessEnv) => parseEnvironment(serviceEnvironment(4005), source);

export type CustomerCareEnvironment = ReturnType<typeof environment>;
