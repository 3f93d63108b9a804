import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  decodeEvent,
  type DisconnectionRequested,
  type DisconnectionRequestWithdrawn,
  type EndDeviceControlConfirmed,
  type EndDeviceControlFailed,
} from '@metermesh/contracts';
import { OnFact, type Fact } from '@metermesh/messaging';
import type { CommandContext } from '@metermesh/service-kit';
import { DisconnectionDemands } from '../adapters/disconnection-demands.ts';

/** Hears from billing who does not pay, and who does after all; and from this service itself how far its controls have come. */
@Controller()
export class DisconnectionRequestsController {
  constructor(private readonly demands: DisconnectionDemands) {}

  @OnFact('billing', 'disconnection-requested')
  async requested(@Payload() fact: Fact): Promise<void> {
    await this.demands.ask(decodeEvent<DisconnectionRequested>(fact), contextOf(fact));
  }

  @OnFact('billing', 'disconnection-request-withdrawn')
  async withdrawn(@Payload() fact: Fact): Promise<void> {
    await this.demands.takeBack(decodeEvent<DisconnectionRequestWithdrawn>(fact), contextOf(fact));
  }

  @OnFact('control', 'end-device-control-confirmed')
  async confirmed(@Payload() fact: Fact): Promise<void> {
    await this.demands.settle(decodeEvent<EndDeviceControlConfirmed>(fact).controlId, contextOf(fact));
  }

  @OnFact('control', 'end-device-control-failed')
  async failed(@Payload() fact: Fact): Promise<void> {
    await this.demands.settle(decodeEvent<EndDeviceControlFailed>(fact).controlId, contextOf(fact));
  }
}

const contextOf = ({ id, correlationId }: Fact): CommandContext => ({
  actor: 'billing',
  correlationId,
  causationId: id,
});
