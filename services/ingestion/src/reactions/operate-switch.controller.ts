import { Controller, Inject, Logger } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { OperateSwitch, SwitchAction, type OperateSwitchRequest } from '@metermesh/contracts';
import { isRefusal, refuse } from '@metermesh/decider';
import { Answers } from '@metermesh/messaging';
import { ENVIRONMENT } from '@metermesh/service-kit';
import { KnownMeters } from '../adapters/known-meters.table.ts';
import type { Environment } from '../environment.ts';
import { dlmsAddress } from '../head-end/network-address.ts';
import { operateSwitch, type SwitchOperation } from '../head-end/operate-switch.ts';

const actions: ReadonlyMap<SwitchAction, SwitchOperation['action']> = new Map([
  [SwitchAction.DISCONNECT, 'disconnect'],
  [SwitchAction.RECONNECT, 'reconnect'],
  [SwitchAction.READ, 'read'],
]);

/** Operates a meter's switch for control, which has decided that it shall be and keeps the record of it. */
@Controller()
export class OperateSwitchController {
  private readonly logger = new Logger(OperateSwitchController.name);

  constructor(
    private readonly meters: KnownMeters,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  @Answers(OperateSwitch)
  async operate(@Payload() request: OperateSwitchRequest) {
    const { serialNumber, controlId } = request;
    const action = actions.get(request.action);
    if (!action) return refuse('SWITCH_ACTION_UNKNOWN', 'Ask to disconnect, to reconnect or to read.');
    if (action !== 'read' && request.notAfter && timestampMs(request.notAfter) <= Date.now())
      return refuse('SWITCH_TOO_LATE', 'The request was read after its time; the switch was not touched.');
    const known = await this.meters.withPassword(serialNumber);
    if (!known) return refuse('UNKNOWN_METER', `No meter ${serialNumber} is registered.`);
    const address = dlmsAddress(known.meter.networkAddress);
    if (isRefusal(address)) return address;
    const timeoutMs = this.environment.DLMS_ANSWER_SECONDS * 1000;
    const outcome = await operateSwitch({ address, password: known.password, action, timeoutMs });
    this.logger.log(
      { serialNumber, controlId, action, outcome: isRefusal(outcome) ? outcome.code : outcome },
      'Switch asked',
    );
    return isRefusal(outcome) ? outcome : { ...outcome, readAt: timestampFromMs(Date.now()) };
  }
}
