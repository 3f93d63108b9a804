import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** What may leave the gateway beside an error's code: no stack traces, no answers of subgraphs, no causes. */
const HIDDEN = ['stacktrace', 'exception', 'response', 'originalError'];

const TOO_MANY_TOKENS = /Document contains more (?:that|than) (\d+) tokens/;

/** An error as callers see it: coded, and silent about the inside of the mesh. */
export function presentError({
  message,
  path,
  locations,
  extensions,
}: GraphQLFormattedError): GraphQLFormattedError {
  const shown = Object.fromEntries(
    Object.entries(extensions ?? {}).filter(([name]) => !HIDDEN.includes(name)),
  );
  const tooLong = TOO_MANY_TOKENS.exec(message);
  if (tooLong) {
    return {
      message: `The document has more than ${tooLong[1]} tokens. Ask in several operations.`,
      extensions: { ...shown, code: 'QUERY_TOO_LONG', limit: Number(tooLong[1]) },
    };
  }
  const code = shown['code'];
  if (code === undefined || code === 'INTERNAL_SERVER_ERROR' || code === 'DOWNSTREAM_SERVICE_ERROR') {
    const where =
      typeof shown['serviceName'] === 'string' ? `the service ${shown['serviceName']}` : 'the gateway';
    return {
      message: `Something went wrong inside ${where}. The operator finds it in the log by the correlation id.`,
      path,
      extensions: {
        code: 'INTERNAL',
        ...(shown['serviceName'] !== undefined && { serviceName: shown['serviceName'] }),
      },
    };
  }
  return { message, path, locations, extensions: shown };
}

/** What was thrown, as callers see it; `log` hears of what is not theirs to mend. */
export function presentThrown(
  thrown: unknown,
  log: { error(details: object, message: string): void },
): GraphQLFormattedError {
  const presented = presentError(
    thrown instanceof GraphQLError ? thrown.toJSON() : { message: String(thrown) },
  );
  if (presented.extensions?.['code'] === 'INTERNAL') log.error({ err: thrown }, 'An operation failed');
  return presented;
}
