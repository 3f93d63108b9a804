import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { orThrow, requireRole, type SubgraphContext } from '@metermesh/service-kit';
import { ReadMeter } from '../head-end/read-meter.ts';
import type { MeterReadout, MutationReadMeterArgs } from './generated/schema.ts';

@Resolver()
export class ReadMeterMutation {
  constructor(private readonly meters: ReadMeter) {}

  @Mutation()
  async readMeter(
    @Args() { serialNumber, from, to }: MutationReadMeterArgs,
    @Context() { claims }: SubgraphContext,
  ): Promise<Omit<MeterReadout, 'meter'> & { meter: { serialNumber: string } }> {
    orThrow(requireRole(claims, 'operator', 'supervisor'));
    const { readings, push, status, leftAside } = orThrow(
      await this.meters.read({ serialNumber, from: from.getTime(), to: to.getTime() }),
    );
    return {
      meter: { serialNumber },
      readingIds: [...readings],
      isRepeat: status === 'repeated',
      eventCount: push.events.length,
      leftAside: leftAside.map(({ code, message }) => ({ code, message })),
    };
  }
}
