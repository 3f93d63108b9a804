import { Injectable } from '@nestjs/common';
import { streamName } from '@metermesh/event-store';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { Commands, decideOn, type CommandContext } from '@metermesh/service-kit';
import {
  endDeviceControlDecider,
  type EndDeviceControlCommand,
} from '../domain/end-device-control.decider.ts';
import { supplySwitchDecider } from '../domain/supply-switch.ts';

export const CONTROL_CATEGORY = 'end-device-control';
const SWITCH_CATEGORY = 'supply-switch';

/** Decides on a control and on the switch that it takes or frees, and records both at once. */
@Injectable()
export class EndDeviceControls {
  constructor(private readonly commands: Commands) {}

  /** Position to wait for before the control is read back; undefined where nothing was to be recorded. */
  async execute(
    command: EndDeviceControlCommand,
    context: CommandContext,
  ): Promise<{ position?: string } | Refusal> {
    return this.commands.retrying(async () => {
      const control = await this.commands.load(
        endDeviceControlDecider,
        streamName(CONTROL_CATEGORY, command.controlId),
      );
      const decision = decideOn(endDeviceControlDecider, control, command);
      if (isRefusal(decision)) return decision;
      const [event] = decision.events;
      if (!event) return {};

      const usagePointId = command.type === 'request' ? command.usagePointId : control.state.usagePointId;
      const supply = await this.commands.load(supplySwitchDecider, streamName(SWITCH_CATEGORY, usagePointId));
      const switched = decideOn(supplySwitchDecider, supply, { usagePointId, event });
      return this.commands.recordTogether(context, decision, switched);
    });
  }
}
