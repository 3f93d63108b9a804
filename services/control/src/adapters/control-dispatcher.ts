import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { OperateSwitch, SwitchAction, type OperateSwitchResponse } from '@metermesh/contracts';
import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { ask, AskFailed, currentCorrelation, withCorrelation } from '@metermesh/messaging';
import { ENVIRONMENT, NATS, ProjectionHost, type CommandContext } from '@metermesh/service-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ControlEnvironment } from '../environment.ts';
import type { EndDeviceControlCommand } from '../domain/end-device-control.decider.ts';
import { Controls, type ControlRow } from './controls.table.ts';
import { DisconnectionDemands } from './disconnection-demands.ts';
import { EndDeviceControls } from './end-device-controls.ts';
import { InstalledMeters } from './installed-meters.table.ts';

const LOOK_EVERY_MS = 250;
const ACTOR = 'control';
/** Refusals after which another try may succeed; the next one reads the switch back before it sends anything. */
const WORTH_ANOTHER_TRY = new Set(['METER_UNREACHABLE', 'SWITCH_OUTCOME_UNKNOWN', 'SWITCH_TOO_LATE']);

/**
 * Carries approved controls out: one at a time per replica, each taken under a lease, so that another replica goes on where
 * one died. What was sent before is read back first, and is not sent again where the switch already stands as wanted.
 */
@Injectable()
export class ControlDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ControlDispatcher.name);
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly controls: Controls,
    private readonly decisions: EndDeviceControls,
    private readonly meters: InstalledMeters,
    private readonly demands: DisconnectionDemands,
    private readonly projections: ProjectionHost,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(ENVIRONMENT) private readonly environment: ControlEnvironment,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.dispatch();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async dispatch(): Promise<void> {
    while (!this.stopping) {
      try {
        const controlId = await this.controls.takeDue(this.environment.SWITCH_TIMEOUT_MS * 3);
        if (controlId) await this.takeUp(controlId);
        else await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      } catch (error) {
        this.logger.error(
          { err: error },
          'A control could not be carried out; it is taken up again when its lease is over',
        );
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    }
  }

  /** What is done about a control belongs to the conversation in which a person asked for it. */
  private async takeUp(controlId: string): Promise<void> {
    const control = (await this.controls.byId([controlId])).get(controlId)!;
    const correlation = { correlationId: control.correlationId ?? undefined, actor: ACTOR };
    await withCorrelation(correlation, () => this.carryOut(control));
  }

  private async carryOut(control: ControlRow): Promise<void> {
    const controlId = control.id;
    const tryAgainLater = () => this.controls.release(controlId, this.environment.SWITCH_RETRY_MS);
    if (control.expiresAt.getTime() <= Date.now())
      return this.record({ type: 'expire', controlId, at: Date.now() });
    if (!(await this.meters.isAt(control.serialNumber, control.usagePointId)))
      return this.recordFailure(controlId, meterChanged(control));
    if (await this.demands.isTakenBack(controlId)) {
      if (control.status !== 'SENT' || !(await this.wasReadBack(control))) await tryAgainLater();
      return;
    }
    if (control.status === 'SENT' && (await this.hasSucceeded(control))) return;
    if (!(await this.mayBeSent(controlId))) return tryAgainLater();

    const action = control.kind === 'REMOTE_DISCONNECT' ? SwitchAction.DISCONNECT : SwitchAction.RECONNECT;
    const outcome = await this.operate(control, action);
    if (outcome === undefined || (isRefusal(outcome) && WORTH_ANOTHER_TRY.has(outcome.code)))
      return tryAgainLater();
    if (isRefusal(outcome)) return this.recordFailure(controlId, outcome);
    await this.recordOutcome(controlId, outcome);
  }

  /** Whether an earlier try, of which we never heard, did what was asked for; recorded if so. */
  private async hasSucceeded(control: ControlRow): Promise<boolean> {
    const reading = await this.operate(control, SwitchAction.READ);
    if (reading === undefined || isRefusal(reading)) return false;
    if (reading.outputConnected !== (control.kind === 'REMOTE_RECONNECT')) return false;
    await this.recordOutcome(control.id, reading);
    return true;
  }

  /** Whether a control that is not to be sent again has ended with what its switch reads. */
  private async wasReadBack(control: ControlRow): Promise<boolean> {
    const reading = await this.operate(control, SwitchAction.READ);
    if (reading === undefined || isRefusal(reading)) return false;
    await this.recordOutcome(control.id, reading);
    return true;
  }

  /** Records the sending before it happens; refused where the control has ended meanwhile. */
  private async mayBeSent(controlId: string): Promise<boolean> {
    const sent = await this.decisions.execute({ type: 'send', controlId, at: Date.now() }, onBehalf());
    if (isRefusal(sent)) return false;
    await this.projections.reach(sent.position);
    return true;
  }

  /** The head-end's answer; undefined where it gave none, so that the outcome is not known. */
  private async operate(control: ControlRow, action: SwitchAction) {
    try {
      const { SWITCH_TIMEOUT_MS: timeoutMs } = this.environment;
      // A head-end that reads this when nobody waits for it any more must not surprise anybody.
      const notAfter = timestampFromMs(Math.min(Date.now() + timeoutMs, control.expiresAt.getTime()));
      const request = { serialNumber: control.serialNumber, action, controlId: control.id, notAfter };
      return await ask(this.nats, OperateSwitch, request, { timeoutMs });
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      this.logger.warn({ err: error, controlId: control.id }, 'The head-end gave no answer');
      return undefined;
    }
  }

  private recordOutcome(
    controlId: string,
    { outputConnected, readAt }: OperateSwitchResponse,
  ): Promise<void> {
    const read = { outputConnected, readAt: timestampMs(readAt!) };
    return this.record({ type: 'recordOutcome', controlId, ...read, at: Date.now() });
  }

  private recordFailure(controlId: string, { code, message }: Refusal): Promise<void> {
    return this.record({ type: 'recordFailure', controlId, code, message, at: Date.now() });
  }

  private async record(command: EndDeviceControlCommand): Promise<void> {
    const recorded = await this.decisions.execute(command, onBehalf());
    if (!isRefusal(recorded)) return this.projections.reach(recorded.position);
    this.logger.warn(
      { controlId: command.controlId, code: recorded.code },
      'The control had ended meanwhile',
    );
  }
}

/** What was agreed to was to switch one meter at one place; whoever stands there now is another decision. */
function meterChanged({ serialNumber, usagePointId }: ControlRow): Refusal {
  return refuse(
    'METER_CHANGED',
    `Meter ${serialNumber} no longer stands at usage point ${usagePointId} alone, so it was not switched; ask for a new control.`,
  );
}

const onBehalf = (): CommandContext => ({ actor: ACTOR, correlationId: currentCorrelation()?.correlationId });
