import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { fromHex, isDecodeError } from '@metermesh/protocols';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { SendDownlink, type DownlinkOrder } from '../head-end/lorawan/send-downlink.ts';
import { downlinkView } from './downlink-view.ts';
import type { Downlink, MutationSendDownlinkArgs, SendDownlinkInput } from './generated/schema.ts';

const LONGEST_COMMAND = 10_000;

@Resolver()
export class SendDownlinkMutation {
  constructor(private readonly downlinks: SendDownlink) {}

  @Mutation()
  async sendDownlink(
    @Args() { input }: MutationSendDownlinkArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<Omit<Downlink, 'meter'>> {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const order = orThrow(orderOf(input, claims.subject));
    return downlinkView(orThrow(await this.downlinks.send(order)));
  }
}

function orderOf(input: SendDownlinkInput, requestedBy: string): DownlinkOrder | Refusal {
  const { serialNumber, confirmed = false, reason } = input;
  if (reason.trim() === '') return refuse('REASON_MISSING', 'Say why the device is sent this.');
  const payload = typeof input.payload === 'string' ? fromHex(input.payload) : undefined;
  if (isDecodeError(payload)) return refuse('DOWNLINK_INVALID', payload.message);
  const command = typeof input.command === 'string' ? commandOf(input.command) : undefined;
  if (isRefusal(command)) return command;
  return { serialNumber, confirmed, reason, requestedBy, payload, command, port: input.fPort ?? undefined };
}

function commandOf(text: string): Readonly<Record<string, unknown>> | Refusal {
  const refusal = refuse(
    'DOWNLINK_INVALID',
    `A command is a JSON object of ${LONGEST_COMMAND} characters at most.`,
  );
  if (text.length > LONGEST_COMMAND) return refusal;
  try {
    const command: unknown = JSON.parse(text);
    const isObject = typeof command === 'object' && command !== null && !Array.isArray(command);
    return isObject ? (command as Record<string, unknown>) : refusal;
  } catch {
    return refusal;
  }
}
