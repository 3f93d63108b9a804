import { Injectable } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { Commands, ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import { billRunDecider, type BillRunCommand } from '../domain/bill-run/bill-run.decider.ts';
import { BillRunHost } from './bill-run-host.ts';
import { BillRuns, type BillRunRow } from './bill-runs.table.ts';
import { billRunStream } from './complete-run.ts';

/** Has bill runs decide, and those who work on them look. */
@Injectable()
export class BillRunStreams {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly runs: BillRuns,
    private readonly host: BillRunHost,
  ) {}

  /** Answers the run as it is then. Refusals: those of the decider. */
  async decide(command: BillRunCommand, context: CommandContext): Promise<BillRunRow | Refusal> {
    const decided = await this.commands.execute(
      billRunDecider,
      billRunStream(command.runId),
      command,
      context,
    );
    if (isRefusal(decided)) return decided;
    await this.projections.reach(decided.position);
    this.host.look();
    return (await this.runs.byId(command.runId))!;
  }
}
