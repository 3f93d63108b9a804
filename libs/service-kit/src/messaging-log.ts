import type { Log } from '@metermesh/messaging';
import type { Logger } from 'nestjs-pino';

/** The logger takes its last argument for the context, and would take a message for it. */
export const NO_CONTEXT = undefined;

/** The service's logger in the form in which messaging reports. */
export function messagingLog(logger: Logger): Log {
  return {
    debug: (details, message) => logger.debug(details, message, NO_CONTEXT),
    info: (details, message) => logger.log(details, message, NO_CONTEXT),
    warn: (details, message) => logger.warn(details, message, NO_CONTEXT),
    error: (details, message) => logger.error(details, message, NO_CONTEXT),
  };
}
