import {
  RateUsageRequestSchema,
  RateUsageResponseSchema,
} from './generated/metermesh/billing/v1/requests_pb.ts';
import {
  OperateSwitchRequestSchema,
  OperateSwitchResponseSchema,
} from './generated/metermesh/ingestion/v1/requests_pb.ts';

/** What services ask one another over NATS request/reply: `ask.<service>.<question>`. */
export const RateUsage = {
  subject: 'ask.billing.rate-usage',
  request: RateUsageRequestSchema,
  answer: RateUsageResponseSchema,
} as const;

/** May take as long as the meter's network does: ask with a time-out to suit. */
export const OperateSwitch = {
  subject: 'ask.ingestion.operate-switch',
  request: OperateSwitchRequestSchema,
  answer: OperateSwitchResponseSchema,
} as const;
