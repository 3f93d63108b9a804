import { applyDecorators, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { PassOn } from './pass-on.ts';
import type { Question } from './question.ts';

/** Transport of handlers that only the request/reply strategy serves. */
export const REQUEST_REPLY = Symbol('request-reply');

/**
 * Answers a question of other services: `@Answers(RateUsage)`. The method receives the request as a protobuf message
 * and returns the answer's fields, or a `Refusal`.
 */
export function Answers(question: Question): MethodDecorator {
  return applyDecorators(
    MessagePattern(question.subject, REQUEST_REPLY, { question }),
    UseFilters(new PassOn()),
  );
}
