import type { DailyRun } from './domain/bill-run/daily-run.ts';

/** What an installation says about the money that it is owed. */
export interface ReceivablesSettings {
  /** When late fees, plans, interest and dunning are looked after; undefined: only when somebody asks. */
  readonly daily: DailyRun | undefined;
  /** Folder of policies of the utility's own; undefined: those that are shipped. */
  readonly policies: string | undefined;
}

export const RECEIVABLES_SETTINGS = Symbol('RECEIVABLES_SETTINGS');
