import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { decodeEvent, type UsagePointRegistered } from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import { UsagePoints } from '../adapters/usage-points.table.ts';

/** Learns from device-registry by whose calendar a customer may see the switch. */
@Controller()
export class UsagePointRegisteredController {
  constructor(private readonly usagePoints: UsagePoints) {}

  @OnFact('device-registry', 'usage-point-registered')
  async registered(@Payload() fact: Fact): Promise<void> {
    await this.usagePoints.note(decodeEvent<UsagePointRegistered>(fact));
  }
}
