/** What the tables need of a connection: `pg`'s own, or another Postgres that speaks the same SQL. */
export interface Queryable {
  query<Row>(text: string, values?: unknown[]): Promise<{ rows: Row[]; rowCount?: number | null }>;
}
