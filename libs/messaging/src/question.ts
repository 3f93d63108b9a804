import type { DescMessage } from '@bufbuild/protobuf';

/** What one service may ask another: the subject and the protobuf messages of request and answer. */
export interface Question<
  Request extends DescMessage = DescMessage,
  Answer extends DescMessage = DescMessage,
> {
  /** `ask.<service>.<what>`. */
  subject: string;
  request: Request;
  answer: Answer;
}

/** Headers of an answer that is none. */
export const OUTCOME = 'metermesh-outcome';
export const ERROR_CODE = 'metermesh-error-code';
export const ERROR_MESSAGE = 'metermesh-error-message';
export type Outcome = 'refused' | 'failed';
