import { Inject, Injectable } from '@nestjs/common';
import type { CustomerRegistered } from '@metermesh/contracts';
import { DATABASE, type Page } from '@metermesh/service-kit';
import type pg from 'pg';

export interface CustomerRow {
  id: string;
  name: string;
  email: string | null;
  language: string;
}

/** Which customers are there? */
@Injectable()
export class Customers {
  constructor(@Inject(DATABASE) private readonly pool: pg.Pool) {}

  async get(id: string): Promise<CustomerRow | undefined> {
    return (await this.byId([id])).get(id);
  }

  async byId(ids: readonly string[]): Promise<Map<string, CustomerRow>> {
    const { rows } = await this.pool.query<CustomerRow>(
      'SELECT id, name, email, language FROM customer WHERE id = ANY ($1)',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** One more row than the page holds, if there is one. @param only the one customer to list, undefined: all */
  async page({ limit, after }: Page, only: string | undefined): Promise<CustomerRow[]> {
    const { rows } = await this.pool.query<CustomerRow>(
      `SELECT id, name, email, language FROM customer
       WHERE ($1::text IS NULL OR id > $1) AND ($2::text IS NULL OR id = $2) ORDER BY id LIMIT $3`,
      [after ?? null, only ?? null, limit + 1],
    );
    return rows;
  }
}

export async function addCustomer(client: pg.PoolClient, event: CustomerRegistered): Promise<void> {
  await client.query(
    'INSERT INTO customer (id, name, email, language) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING',
    [event.customerId, event.name, event.email || null, event.language],
  );
}
