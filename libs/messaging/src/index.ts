export * from './answers.ts';
export * from './ask.ts';
export * from './connect.ts';
export * from './correlation.ts';
export {
  discardDeadLetter,
  DeadLetterConsumerGone,
  DeadLetterNotFound,
  listDeadLetters,
  replayDeadLetter,
  type DeadLetter,
} from './dead-letters.ts';
export { type DeliverySettings } from './fact-consumer.ts';
export * from './fact.ts';
export * from './jetstream-strategy.ts';
export * from './log.ts';
export * from './on-fact.ts';
export { type Question } from './question.ts';
export * from './relay.ts';
export * from './request-reply-strategy.ts';
export * from './streams.ts';
export * from './watch-facts.ts';
export * from './work-queue.ts';
