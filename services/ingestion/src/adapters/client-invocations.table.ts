import type { Queryable } from './queryable.ts';

/**
 * The first of `count` invocation counters of ours under a meter's keys, which from then on are taken, whether they are
 * used or not: under one key none may ever cipher two APDUs (NIST SP 800-38D, 8.2.1). Committed when it answers.
 */
export async function reserveInvocations(
  database: Queryable,
  serialNumber: string,
  keyVersion: string,
  count: number,
): Promise<number> {
  const { rows } = await database.query<{ first: string }>(
    `INSERT INTO client_invocation (serial_number, key_position, next) VALUES ($1, $2, $3::bigint + 1)
     ON CONFLICT (serial_number, key_position) DO UPDATE SET next = client_invocation.next + $3::bigint
     RETURNING next - $3::bigint AS first`,
    [serialNumber, keyVersion, count],
  );
  return Number(rows[0]!.first);
}
