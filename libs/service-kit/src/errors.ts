import { isRefusal, type Refusal } from '@metermesh/decider';
import { GraphQLError } from 'graphql';

/** A refusal on its way to the caller: `extensions.code` is its stable code. */
export class RefusedError extends GraphQLError {
  constructor(refusal: Refusal, http?: { status: number }) {
    super(refusal.message, { extensions: { code: refusal.code, ...refusal.details, ...(http && { http }) } });
  }
}

/** The value, or the refusal thrown as the GraphQL error that the caller sees. */
export function orThrow<Value>(result: Value | Refusal): Value {
  if (isRefusal(result)) throw new RefusedError(result);
  return result;
}
