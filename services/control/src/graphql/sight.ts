import { Injectable } from '@nestjs/common';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { localDayAt } from '@metermesh/metering';
import { isStaff, UsagePointAccess, type Claims } from '@metermesh/service-kit';
import { UsagePoints } from '../adapters/usage-points.table.ts';

/** Staff see every switch; a customer sees his from the day he moves in until he moves out, and nothing of who came before or after. */
@Injectable()
export class Sight {
  constructor(
    private readonly access: UsagePointAccess,
    private readonly usagePoints: UsagePoints,
  ) {}

  /** A refusal unless the caller may see what happened at the usage point at the instant. */
  async at(claims: Claims, usagePointId: string, instant: Date): Promise<Refusal | undefined> {
    if (isStaff(claims)) return undefined;
    const windows = await this.access.windows(claims, usagePointId);
    if (isRefusal(windows)) return windows;
    const timeZone = await this.usagePoints.timeZone(usagePointId);
    const date = timeZone && localDayAt(instant.getTime(), timeZone).date;
    if (date && windows.some(({ startsOn, endsOn }) => startsOn <= date && (!endsOn || date < endsOn)))
      return undefined;
    return refuse(
      'FORBIDDEN',
      `The agreement of the one who asks does not hold at usage point ${usagePointId} then.`,
    );
  }
}
