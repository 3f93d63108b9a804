import type { Queryable } from './queryable.ts';

/**
 * The highest invocation counter accepted of each meter, locked for the transaction in which it may rise: a frame that
 * was listened in on and sent again is told from a new one, by all replicas alike.
 */
export class InvocationCounters {
  private readonly highest: Map<string, number>;
  private readonly raised = new Set<string>();

  private constructor(highest: Map<string, number>) {
    this.highest = highest;
  }

  /** Locks in one order of serial numbers, so that two transactions never wait for each other. */
  static async lock(client: Queryable, serialNumbers: readonly string[]): Promise<InvocationCounters> {
    if (serialNumbers.length === 0) return new InvocationCounters(new Map());
    const { rows } = await client.query<{ serial_number: string; highest: string }>(
      `SELECT serial_number, highest::text FROM invocation_counter WHERE serial_number = ANY ($1)
       ORDER BY serial_number FOR UPDATE`,
      [[...new Set(serialNumbers)]],
    );
    return new InvocationCounters(new Map(rows.map((row) => [row.serial_number, Number(row.highest)])));
  }

  /** Whether the counter is above the last, which it then becomes. */
  advance(serialNumber: string, counter: number): boolean {
    if (counter <= (this.highest.get(serialNumber) ?? -1)) return false;
    this.highest.set(serialNumber, counter);
    this.raised.add(serialNumber);
    return true;
  }

  async save(client: Queryable): Promise<void> {
    if (this.raised.size === 0) return;
    const serialNumbers = [...this.raised].sort();
    await client.query(
      `INSERT INTO invocation_counter (serial_number, highest) SELECT * FROM unnest($1::text[], $2::bigint[])
       ON CONFLICT (serial_number) DO UPDATE SET highest = greatest(invocation_counter.highest, EXCLUDED.highest)`,
      [serialNumbers, serialNumbers.map((serial) => this.highest.get(serial)!)],
    );
  }
}
