import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { RefusedError } from './errors.ts';

/** Refusals answer the caller and are no faults of ours: without this, Nest logs each one as an error with its stack. */
@Catch(RefusedError)
export class RefusalFilter extends BaseExceptionFilter {
  override catch(refused: RefusedError, host: ArgumentsHost): RefusedError | void {
    return host.getType<string>() === 'graphql' ? refused : super.catch(refused, host);
  }
}
