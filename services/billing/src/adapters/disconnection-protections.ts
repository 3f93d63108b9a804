import { Injectable } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import { Commands, ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import { disconnectionProtectionDecider } from '../domain/receivables/disconnection-protection.ts';
import { Accounts } from './accounts.ts';

/** Protects customers from disconnection, and takes back at once what was asked for before. */
@Injectable()
export class DisconnectionProtections {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly projections: ProjectionHost,
  ) {}

  async decide(
    context: CommandContext,
    command: { customerId: string; reason: string } & ({ type: 'grant'; until: string } | { type: 'end' }),
  ): Promise<undefined | Refusal> {
    const decided = await this.commands.execute(
      disconnectionProtectionDecider,
      streamName('disconnection-protection', command.customerId),
      { ...command, at: Date.now(), by: context.actor },
      context,
    );
    if (isRefusal(decided)) return decided;
    await this.projections.reach(decided.position);
    const settled = await this.accounts.settle(context, command.customerId);
    if (isRefusal(settled)) return settled;
    await this.projections.reach(settled.position);
    return undefined;
  }
}
