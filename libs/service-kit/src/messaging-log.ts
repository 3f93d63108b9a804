import type { Log } from '@metermesh/messaging';
import type { Logger } from 'nestjs-pino';

/** The service's logger in the form in which messaging reports. */
export function messagingLog(logger: Logger): Log {
  return {
    debug: (details, message) => logger.debug(details, message),
    info: (details, message) => logger.log(details, message),
    warn: (details, message) => logger.warn(details, message),
    error: (details, message) => logger.error(details, message),
  };
}
