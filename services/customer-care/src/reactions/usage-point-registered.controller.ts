import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type UsagePointRegistered } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { UsagePoints } from '../adapters/usage-points.table.ts';

@Controller()
export class UsagePointRegisteredController {
  constructor(private readonly usagePoints: UsagePoints) {}

  @OnFact('device-registry', 'usage-point-registered')
  async usagePointRegistered(@Payload() fact: Fact): Promise<void> {
    await this.usagePoints.note(decodeEvent<UsagePointRegistered>(fact));
  }
}
