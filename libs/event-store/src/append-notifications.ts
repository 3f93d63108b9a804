import type pg from 'pg';

/** Hears, over one connection shared by all subscriptions, that somebody has appended; holds it only while heard. */
export class AppendNotifications {
  readonly #pool: pg.Pool;
  readonly #listeners = new Set<() => void>();
  #connection: Promise<pg.PoolClient | undefined> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Calls `listener` at every append, until the answered function is called. */
  listen(listener: () => void): () => Promise<void> {
    this.#listeners.add(listener);
    this.#connection ??= this.#connect();
    return async () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      const connection = this.#connection;
      this.#connection = undefined;
      (await connection)?.release(true);
    };
  }

  /** Opens the connection again if it was lost. */
  ensureConnected(): void {
    this.#connection ??= this.#connect();
  }

  async #connect(): Promise<pg.PoolClient | undefined> {
    let client: pg.PoolClient | undefined;
    const giveUp = () => {
      this.#connection = undefined;
      client?.release(true);
      client = undefined;
    };
    try {
      client = await this.#pool.connect();
      client.on('notification', () => this.#listeners.forEach((listener) => listener()));
      client.on('error', giveUp);
      await client.query('listen event_store');
      // What was appended before we listened is found by looking.
      this.#listeners.forEach((listener) => listener());
    } catch {
      // Polling goes on without it, and reports a database that is really lost.
      giveUp();
    }
    return client;
  }
}
