import type { Queryable } from './queryable.ts';

export interface ClaimedPoll {
  readonly serialNumber: string;
  /** In a row, so far. */
  readonly failures: number;
}

/**
 * Meters that are due and whose network address asks to be looked after; whoever claims one has it for so long, and no
 * other replica gets it meanwhile.
 */
export async function claimPolls(
  database: Queryable,
  most: number,
  forSeconds: number,
): Promise<ClaimedPoll[]> {
  const { rows } = await database.query<{ serial_number: string; failures: number }>(
    `INSERT INTO meter_poll AS poll (serial_number, due_at)
     SELECT serial_number, now() + make_interval(secs => $2)
     FROM meter LEFT JOIN meter_poll known USING (serial_number)
     WHERE network_address ~ '^dlms-.*[?&]poll=' AND coalesce(known.due_at <= now(), true)
     ORDER BY known.due_at NULLS FIRST, serial_number LIMIT $1
     ON CONFLICT (serial_number) DO UPDATE SET due_at = EXCLUDED.due_at WHERE poll.due_at <= now()
     RETURNING serial_number, failures`,
    [most, forSeconds],
  );
  return rows.map(({ serial_number, failures }) => ({ serialNumber: serial_number, failures }));
}

/** @param code why it failed; a meter that was read, or had nothing to be read, did not */
export async function settlePoll(
  database: Queryable,
  serialNumber: string,
  dueInSeconds: number,
  code: string | undefined,
): Promise<void> {
  await database.query(
    `UPDATE meter_poll SET due_at = now() + make_interval(secs => $2), code = $3,
       failures = CASE WHEN $3::text IS NULL THEN 0 ELSE failures + 1 END
     WHERE serial_number = $1`,
    [serialNumber, dueInSeconds, code ?? null],
  );
}
