import { Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';

/** Nest would replace an unknown error by "Internal server error"; the transports need the error itself. */
@Catch()
export class PassOn implements ExceptionFilter {
  catch(error: unknown) {
    return throwError(() => error);
  }
}
