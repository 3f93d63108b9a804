import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillRunCompletedSchema,
  BillRunPausedSchema,
  BillRunResumedSchema,
  BillRunStartedSchema,
  type BillRunTotalsSchema,
} from '@metermesh/contracts';
import { refuse, type Decider, type Refusal } from '@metermesh/decider';
import { evolveBillRun, unstartedRun, type BillRun, type BillRunEvent } from './bill-run.ts';

interface Command {
  readonly runId: string;
  /** Present time, milliseconds. */
  readonly now: number;
  /** The subject of the token, or the name of the service. */
  readonly by: string;
}

export interface StartBillRun extends Command {
  readonly type: 'start';
  /** Local date: only cycles whose period ends on it or before it; all that are due where absent. */
  readonly dueBy?: string | undefined;
  readonly reason: string;
}

export interface PauseBillRun extends Command {
  readonly type: 'pause';
  readonly reason: string;
}

export interface ResumeBillRun extends Command {
  readonly type: 'resume';
}

/** Nothing is left to go through. */
export interface CompleteBillRun extends Command {
  readonly type: 'complete';
  readonly totals: MessageInitShape<typeof BillRunTotalsSchema>;
}

export type BillRunCommand = StartBillRun | PauseBillRun | ResumeBillRun | CompleteBillRun;

/**
 * Refusals: `REASON_MISSING`, `BILL_RUN_NOT_FOUND`, `BILL_RUN_COMPLETED`. Repeating a command changes nothing: a run that is
 * started twice, by two replicas at the same time of day, is one run.
 */
export const billRunDecider: Decider<BillRunCommand, BillRun, BillRunEvent> = {
  initialState: unstartedRun,
  evolve: evolveBillRun,
  decide(command, state) {
    if (command.type === 'start') return state.started ? [] : start(command);
    const { runId } = command;
    if (!state.started) return refuse('BILL_RUN_NOT_FOUND', `There is no bill run ${JSON.stringify(runId)}.`);
    switch (command.type) {
      case 'pause':
        return pause(command, state);
      case 'resume':
        return resume(command, state);
      case 'complete':
        return complete(command, state);
    }
  },
};

function start({ runId, now, by, reason, dueBy = '' }: StartBillRun): readonly BillRunEvent[] | Refusal {
  if (!reason.trim()) return reasonMissing('the bill run is started');
  const issuedAt = timestampFromMs(now);
  return [create(BillRunStartedSchema, { runId, issuedAt, dueBy, startedBy: by, reason: reason.trim() })];
}

function pause(command: PauseBillRun, { status }: BillRun): readonly BillRunEvent[] | Refusal {
  const { runId, now, by, reason } = command;
  if (status === 'COMPLETED') return completed(runId);
  if (!reason.trim()) return reasonMissing('the bill run is paused');
  if (status === 'PAUSED') return [];
  return [
    create(BillRunPausedSchema, {
      runId,
      pausedAt: timestampFromMs(now),
      pausedBy: by,
      reason: reason.trim(),
    }),
  ];
}

function resume({ runId, now, by }: ResumeBillRun, { status }: BillRun): readonly BillRunEvent[] | Refusal {
  if (status === 'COMPLETED') return completed(runId);
  if (status === 'RUNNING') return [];
  return [create(BillRunResumedSchema, { runId, resumedAt: timestampFromMs(now), resumedBy: by })];
}

function complete({ runId, now, totals }: CompleteBillRun, { status }: BillRun): readonly BillRunEvent[] {
  if (status === 'COMPLETED') return [];
  return [create(BillRunCompletedSchema, { runId, completedAt: timestampFromMs(now), totals })];
}

const completed = (runId: string): Refusal =>
  refuse('BILL_RUN_COMPLETED', `Bill run ${runId} has gone through all agreements; start another.`);

const reasonMissing = (what: string): Refusal => refuse('REASON_MISSING', `Say why ${what}.`);
