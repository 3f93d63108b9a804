import type { Queryable } from './queryable.ts';

/** Invocations are counted by meter, and under each of its keys anew. */
export interface CountedKey {
  readonly serialNumber: string;
  readonly keyVersion: string;
}

interface CounterRow {
  serial_number: string;
  key_position: string;
  highest: string;
}

/** Below every counter that a meter sends. */
const NONE = -1;

/**
 * The highest invocation counter accepted under each key, locked for the transaction in which it may rise: a frame that
 * was listened in on and sent again is told from a new one, by all replicas alike.
 */
export class InvocationCounters {
  private readonly highest: Map<string, CounterRow & { counter: number }>;
  private readonly raised = new Set<string>();

  private constructor(rows: readonly CounterRow[]) {
    this.highest = new Map(
      rows.map((row) => [
        nameOf({ serialNumber: row.serial_number, keyVersion: row.key_position }),
        { ...row, counter: Number(row.highest) },
      ]),
    );
  }

  /** Locks in one order of keys, so that two transactions never wait for each other. */
  static async lock(client: Queryable, keys: readonly CountedKey[]): Promise<InvocationCounters> {
    if (keys.length === 0) return new InvocationCounters([]);
    const wanted = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const locked = await lockedRows(client, wanted);
    if (locked.length === wanted.length) return new InvocationCounters(locked);
    // What is not there cannot be locked, and two transactions would both take their frame for the first.
    await client.query(
      `INSERT INTO invocation_counter (serial_number, key_position, highest)
       SELECT serial, version, $3 FROM unnest($1::text[], $2::text[]) AS key (serial, version) ORDER BY serial, version
       ON CONFLICT DO NOTHING`,
      [...columnsOf(wanted), NONE],
    );
    return new InvocationCounters(await lockedRows(client, wanted));
  }

  /** Whether the counter is above the last under a key that is locked here; it then becomes the last. */
  advance(key: CountedKey, counter: number): boolean {
    const last = this.highest.get(nameOf(key))!;
    if (counter <= last.counter) return false;
    last.counter = counter;
    this.raised.add(nameOf(key));
    return true;
  }

  async save(client: Queryable): Promise<void> {
    if (this.raised.size === 0) return;
    const rows = [...this.raised].map((name) => this.highest.get(name)!);
    await client.query(
      `UPDATE invocation_counter SET highest = raised.counter
       FROM unnest($1::text[], $2::text[], $3::bigint[]) AS raised (serial, version, counter)
       WHERE serial_number = serial AND key_position = version`,
      [
        rows.map(({ serial_number }) => serial_number),
        rows.map(({ key_position }) => key_position),
        rows.map(({ counter }) => counter),
      ],
    );
  }
}

async function lockedRows(client: Queryable, keys: readonly CountedKey[]): Promise<CounterRow[]> {
  const { rows } = await client.query<CounterRow>(
    `SELECT serial_number, key_position, highest::text FROM invocation_counter
     WHERE (serial_number, key_position) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY serial_number, key_position FOR UPDATE`,
    columnsOf(keys),
  );
  return rows;
}

const columnsOf = (keys: readonly CountedKey[]): string[][] => [
  keys.map(({ serialNumber }) => serialNumber),
  keys.map(({ keyVersion }) => keyVersion),
];

const nameOf = ({ serialNumber, keyVersion }: CountedKey) => `${serialNumber}\n${keyVersion}`;
