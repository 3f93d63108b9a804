import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  ControlKind,
  type DisconnectionRequested,
  type DisconnectionRequestWithdrawn,
} from '@metermesh/contracts';
import { isRefusal, type Refusal } from '@metermesh/decider';
import { streamName } from '@metermesh/event-store';
import { Commands, DATABASE, type CommandContext } from '@metermesh/service-kit';
import type pg from 'pg';
import { endDeviceControlDecider } from '../domain/end-device-control.decider.ts';
import type { EndDeviceControl } from '../domain/end-device-control.ts';
import { demandOf, noteDemand, type DisconnectionDemand } from './disconnection-demands.table.ts';
import { CONTROL_CATEGORY, EndDeviceControls } from './end-device-controls.ts';
import { InstalledMeters } from './installed-meters.table.ts';

/** Who asks. People approve: nobody else may, and this name is no person's. */
const BILLING = 'billing';
/** As long as a control may wait for people. */
const VALID_FOR_MS = 7 * 86_400_000;

/**
 * What billing asks for because somebody does not pay becomes a request among the others, which people decide on; nothing is
 * switched here. What it takes back before the command was sent is withdrawn, approved or not; what was sent is not sent again,
 * and where the supply went off all the same, a reconnection is asked for, and people decide on that, too. Everything may be heard again and in any order.
 */
@Injectable()
export class DisconnectionDemands {
  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    private readonly commands: Commands,
    private readonly controls: EndDeviceControls,
    private readonly meters: InstalledMeters,
  ) {}

  /** Throws where the request cannot be made now, so that the fact comes again. */
  async ask(event: DisconnectionRequested, context: CommandContext): Promise<void> {
    const demand = await noteDemand(this.pool, { ...demandIn(event), withdrawnBecause: null });
    if (demand.withdrawnBecause !== null) return;
    const { controlId } = demand;
    const refusal = await this.request(
      demand,
      controlId,
      ControlKind.REMOTE_DISCONNECT,
      event.reason,
      context,
    );
    if (refusal) throw new Error(`${refusal.code}: ${refusal.message}`);
    // It may have been taken back while it was being made.
    await this.settle(controlId, context);
  }

  async takeBack(event: DisconnectionRequestWithdrawn, context: CommandContext): Promise<void> {
    const { controlId } = await noteDemand(this.pool, { ...demandIn(event), withdrawnBecause: event.reason });
    await this.settle(controlId, context);
  }

  /** Does what is left to be done about a demand that was taken back, as far as its control has come. */
  async settle(controlId: string, context: CommandContext): Promise<void> {
    const demand = await demandOf(this.pool, controlId);
    if (!demand || demand.withdrawnBecause === null) return;
    const { state } = await this.commands.load(
      endDeviceControlDecider,
      streamName(CONTROL_CATEGORY, controlId),
    );
    if (state.status === 'REQUESTED' || state.status === 'APPROVED') return this.withdraw(demand, context);
    if (isOff(state)) return this.askForReconnection(demand, context);
  }

  /** Whether a control was asked for on behalf of a demand that no longer stands: it is not to be sent. */
  async isTakenBack(controlId: string): Promise<boolean> {
    const demand = await demandOf(this.pool, controlId);
    return demand !== undefined && demand.withdrawnBecause !== null;
  }

  private async withdraw(demand: DisconnectionDemand, context: CommandContext): Promise<void> {
    const { controlId, withdrawnBecause } = demand;
    const reason = withdrawnBecause!;
    const command = { type: 'withdraw', controlId, by: BILLING, reason, at: Date.now() } as const;
    const withdrawn = await this.controls.execute(command, context);
    // It was sent or rejected meanwhile.
    if (isRefusal(withdrawn)) await this.settle(controlId, context);
  }

  private async askForReconnection(demand: DisconnectionDemand, context: CommandContext): Promise<void> {
    const controlId = controlIdOf(`${demand.requestId} reconnect`);
    const refusal = await this.request(
      demand,
      controlId,
      ControlKind.REMOTE_RECONNECT,
      demand.withdrawnBecause!,
      context,
    );
    if (!refusal || (await this.isReconnectedAnyway(refusal))) return;
    throw new Error(`${refusal.code}: ${refusal.message}`);
  }

  /** Whether what stands in the way is somebody's own request to reconnect. */
  private async isReconnectedAnyway({ code, details }: Refusal): Promise<boolean> {
    if (code !== 'CONTROL_UNDER_WAY') return false;
    const stream = streamName(CONTROL_CATEGORY, String(details['controlId']));
    const { state } = await this.commands.load(endDeviceControlDecider, stream);
    return state.kind === ControlKind.REMOTE_RECONNECT;
  }

  private async request(
    { usagePointId, billId }: DisconnectionDemand,
    controlId: string,
    kind: ControlKind,
    reason: string,
    context: CommandContext,
  ): Promise<Refusal | undefined> {
    const serialNumber = await this.meters.at(usagePointId);
    if (!serialNumber)
      throw new Error(`METER_NOT_INSTALLED: No meter is known at usage point ${usagePointId} yet.`);
    const at = Date.now();
    const requested = await this.controls.execute(
      {
        ...{ type: 'request', controlId, kind, usagePointId, serialNumber, reason, by: BILLING },
        ...{ at, expiresAt: at + VALID_FOR_MS, ...(billId !== null && { billId }) },
      },
      context,
    );
    return isRefusal(requested) ? requested : undefined;
  }
}

/** Off, as it was read back; or nobody knows, and it is to be taken for off. */
function isOff({ status, failureCode }: EndDeviceControl): boolean {
  return status === 'CONFIRMED' || (status === 'FAILED' && failureCode === 'OUTCOME_UNKNOWN');
}

function demandIn(
  event: DisconnectionRequested | DisconnectionRequestWithdrawn,
): Omit<DisconnectionDemand, 'withdrawnBecause'> {
  const { requestId, usagePointId, billId } = event;
  return { requestId, usagePointId, billId: billId || null, controlId: controlIdOf(requestId) };
}

/** The same for the same request, however often it is heard of. */
function controlIdOf(request: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([BILLING, request]))
    .digest('hex');
  return `EDC-${digest.slice(0, 32)}`;
}
