import { describe, expect, it } from '@jest/globals';
import { fold, isRefusal } from '@metermesh/decider';
import { billRunDecider, type BillRunCommand } from './bill-run.decider.ts';
import type { BillRun } from './bill-run.ts';

const common = { runId: 'RUN-1', now: Date.parse('2026-11-01T18:00:00Z'), by: 'kim' };
const start: BillRunCommand = { type: 'start', ...common, reason: ' October ', dueBy: '2026-11-01' };
const pause: BillRunCommand = { type: 'pause', ...common, reason: 'wrong tariff' };
const resume: BillRunCommand = { type: 'resume', ...common };
const complete: BillRunCommand = { type: 'complete', ...common, totals: { agreements: 3, billed: 2 } };

function after(...commands: BillRunCommand[]): BillRun {
  let state = billRunDecider.initialState;
  for (const command of commands) {
    const events = billRunDecider.decide(command, state);
    if (isRefusal(events)) throw new Error(events.message);
    state = fold(billRunDecider, events, state);
  }
  return state;
}
const decided = (command: BillRunCommand, ...before: BillRunCommand[]) =>
  billRunDecider.decide(command, after(...before));

describe('a bill run', () => {
  it('remembers who started it and why, and the time that its bills are issued with', () => {
    expect(decided(start)).toMatchObject([
      {
        runId: 'RUN-1',
        startedBy: 'kim',
        reason: 'October',
        dueBy: '2026-11-01',
        issuedAt: { seconds: 1793556000n },
      },
    ]);
  });

  it('is one however often it is started', () => {
    expect(decided({ ...start, by: 'lee' } as BillRunCommand, start)).toEqual([]);
    expect(decided(start, start, complete)).toEqual([]);
  });

  it('stops and goes on', () => {
    expect(after(start).status).toBe('RUNNING');
    expect(after(start, pause).status).toBe('PAUSED');
    expect(after(start, pause, resume).status).toBe('RUNNING');
    expect(decided(pause, start, pause)).toEqual([]);
    expect(decided(resume, start)).toEqual([]);
  });

  it('ends once, with what came of it, even if it was paused while the last slice was under way', () => {
    expect(after(start, pause, complete)).toMatchObject({ status: 'COMPLETED', totals: { billed: 2 } });
    expect(decided(complete, start, complete)).toEqual([]);
  });

  it.each([
    ['a start without a reason', { ...start, reason: ' ' }, [], 'REASON_MISSING'],
    ['a pause without a reason', { ...pause, reason: '' }, [start], 'REASON_MISSING'],
    ['a pause of no run', pause, [], 'BILL_RUN_NOT_FOUND'],
    ['a pause of a completed run', pause, [start, complete], 'BILL_RUN_COMPLETED'],
    ['resuming a completed run', resume, [start, complete], 'BILL_RUN_COMPLETED'],
  ] as [string, BillRunCommand, BillRunCommand[], string][])('refuses %s', (_, command, before, code) => {
    expect(decided(command, ...before)).toMatchObject({ code });
  });
});
