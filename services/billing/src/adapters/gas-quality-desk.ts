import { Inject, Injectable } from '@nestjs/common';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import { Commands, DATABASE, ENVIRONMENT, ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import type pg from 'pg';
import { gasQualityDecider, type GasDay } from '../domain/gas-quality/gas-quality.decider.ts';
import type { BillingEnvironment } from '../environment.ts';
import { GasQualityTable, type RecordedGasDay } from './gas-quality.table.ts';
import { askForChecks, cyclesOnGas } from './rebill-checks.table.ts';

/** Keeps what the gas of areas was, and has the bills looked at that rest on what it was said to be before. */
@Injectable()
export class GasQualityDesk {
  constructor(
    private readonly commands: Commands,
    private readonly projections: ProjectionHost,
    private readonly table: GasQualityTable,
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: BillingEnvironment,
  ) {}

  /** The days as they are known then. A stream is of an area and a month. Refusals: `GAS_QUALITY_INVALID`; months before stay recorded. */
  async record(
    context: CommandContext,
    area: string,
    days: readonly GasDay[],
  ): Promise<RecordedGasDay[] | Refusal> {
    const dates = days.map(({ date }) => date);
    for (const [month, ofMonth] of Map.groupBy(days, ({ date }) => date.slice(0, 'YYYY-MM'.length))) {
      const command = { area, days: ofMonth, by: context.actor, at: Date.now() };
      const stream = streamName('gas-quality', `${area}-${month}`);
      const { state: before } = await this.commands.load(gasQualityDecider, stream);
      const decided = await this.commands.execute(gasQualityDecider, stream, command, context);
      if (isRefusal(decided)) return decided;
      await this.projections.reach(decided.position);
      // Also of a repeat: whoever told it before may not have come this far.
      const told = ofMonth.map(({ date }) => date).filter((date) => before.has(date));
      const cycles = await cyclesOnGas(this.pool, area, told, new Date());
      await askForChecks(this.pool, cycles, this.environment.REBILL_QUIET_SECONDS);
    }
    return this.table.onDates(area, dates);
  }
}
