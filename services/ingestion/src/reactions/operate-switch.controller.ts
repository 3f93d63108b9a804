import { Controller, Logger } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { OperateSwitch, SwitchAction, type OperateSwitchRequest } from '@metermesh/contracts';
import { isRefusal, refuse } from '@metermesh/decider';
import { Answers } from '@metermesh/messaging';
import { MeterAccesses } from '../head-end/meter-accesses.ts';
import { operateSwitch, type SwitchAction as Action } from '../head-end/operate-switch.ts';

const actions: ReadonlyMap<SwitchAction, Action> = new Map([
  [SwitchAction.DISCONNECT, 'disconnect'],
  [SwitchAction.RECONNECT, 'reconnect'],
  [SwitchAction.READ, 'read'],
]);

/** Operates a meter's switch for control, which has decided that it shall be and keeps the record of it. */
@Controller()
export class OperateSwitchController {
  private readonly logger = new Logger(OperateSwitchController.name);

  constructor(private readonly accesses: MeterAccesses) {}

  @Answers(OperateSwitch)
  async operate(@Payload() request: OperateSwitchRequest) {
    const { serialNumber, controlId } = request;
    const action = actions.get(request.action);
    if (!action) return refuse('SWITCH_ACTION_UNKNOWN', 'Ask to disconnect, to reconnect or to read.');
    if (action !== 'read' && request.notAfter && timestampMs(request.notAfter) <= Date.now())
      return refuse('SWITCH_TOO_LATE', 'The request was read after its time; the switch was not touched.');
    const callable = await this.accesses.of(serialNumber);
    if (isRefusal(callable)) return callable;
    const outcome = await operateSwitch(callable.access, action);
    this.logger.log(
      { serialNumber, controlId, action, outcome: isRefusal(outcome) ? outcome.code : outcome },
      'Switch asked',
    );
    return isRefusal(outcome) ? outcome : { ...outcome, readAt: timestampFromMs(Date.now()) };
  }
}
