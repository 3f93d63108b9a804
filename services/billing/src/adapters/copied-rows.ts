import type pg from 'pg';

const SIGNATURE_OCTETS = 11;
const END_OF_ROWS = -1;
const NULL = -1;

/**
 * The rows of a query in Postgres' binary form (COPY … TO STDOUT), fields as they are: pg itself has rows as text only, in
 * which octets are hex digits, twice as many and made twice. COPY takes no parameters: the query has its values in it,
 * quoted by `pg.escapeLiteral`.
 */
export function copiedRows(client: pg.PoolClient, query: string): Promise<(Buffer | null)[][]> {
  return new Promise((resolve, reject) => {
    client.query(new CopyOut(`COPY (${query}) TO STDOUT (FORMAT binary)`, resolve, reject));
  });
}

/** What pg asks of something that can be queried, as far as COPY comes to it. */
class CopyOut {
  private readonly text: string;
  private readonly resolve: (rows: (Buffer | null)[][]) => void;
  private readonly reject: (error: unknown) => void;
  private copied = Buffer.allocUnsafe(1 << 16);
  private length = 0;
  private hasFailed = false;

  constructor(text: string, resolve: (rows: (Buffer | null)[][]) => void, reject: (error: unknown) => void) {
    this.text = text;
    this.resolve = resolve;
    this.reject = reject;
  }

  submit(connection: pg.Connection): void {
    connection.query(this.text);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The chunk lies in a buffer that pg uses again.
    const length = this.length + chunk.length;
    if (length > this.copied.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.copied.length * 2));
      this.copied.copy(larger, 0, 0, this.length);
      this.copied = larger;
    }
    chunk.copy(this.copied, this.length);
    this.length = length;
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.hasFailed = true;
    this.reject(error);
  }

  handleReadyForQuery(): void {
    if (!this.hasFailed) this.resolve(rowsOf(this.copied.subarray(0, this.length)));
  }
}

/** https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format" */
function rowsOf(copied: Buffer): (Buffer | null)[][] {
  const rows: (Buffer | null)[][] = [];
  let at = SIGNATURE_OCTETS + 4;
  at += 4 + copied.readInt32BE(at);
  for (;;) {
    const fields = copied.readInt16BE(at);
    at += 2;
    if (fields === END_OF_ROWS) return rows;
    const row: (Buffer | null)[] = [];
    for (let field = 0; field < fields; field++) {
      const octets = copied.readInt32BE(at);
      at += 4;
      row.push(octets === NULL ? null : copied.subarray(at, at + octets));
      if (octets !== NULL) at += octets;
    }
    rows.push(row);
  }
}
