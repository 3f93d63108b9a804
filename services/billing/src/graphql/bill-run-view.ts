import type { BillRunRow } from '../adapters/bill-runs.table.ts';

/** A run as the graph shows it. */
export function billRunView({ progress, issuedAt, completedAt, ...run }: BillRunRow) {
  const {
    agreements = 0,
    done = 0,
    billed = 0,
    held = 0,
    unchanged = 0,
    failed = {},
    failures = [],
    latestAt,
  } = progress ?? {};
  const seconds = latestAt ? (latestAt.getTime() - issuedAt.getTime()) / 1000 : 0;
  return {
    ...run,
    issuedAt: issuedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
    progress: {
      agreements,
      done,
      billed,
      held,
      unchanged,
      failed: Object.entries(failed).map(([code, count]) => ({ code, count })),
      failures: failures.map(({ agreementId, ...failure }) => ({
        ...failure,
        agreement: { id: agreementId },
      })),
      billsPerSecond: seconds > 0 ? billed / seconds : null,
    },
  };
}
