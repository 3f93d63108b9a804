import type pg from 'pg';

export interface DisconnectionDemand {
  requestId: string;
  controlId: string;
  usagePointId: string;
  billId: string | null;
  /** Null as long as it stands. */
  withdrawnBecause: string | null;
}

const COLUMNS = `request_id AS "requestId", control_id AS "controlId", usage_point_id AS "usagePointId", bill_id AS "billId",
  withdrawn_because AS "withdrawnBecause"`;

/** Notes what was asked for or, with a reason, taken back; answers both together, in whichever order they were heard of. */
export async function noteDemand(pool: pg.Pool, demand: DisconnectionDemand): Promise<DisconnectionDemand> {
  const { rows } = await pool.query<DisconnectionDemand>(
    `INSERT INTO disconnection_demand AS known (request_id, control_id, usage_point_id, bill_id, withdrawn_because)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (request_id) DO UPDATE SET withdrawn_because = coalesce(known.withdrawn_because, EXCLUDED.withdrawn_because)
     RETURNING ${COLUMNS}`,
    [demand.requestId, demand.controlId, demand.usagePointId, demand.billId, demand.withdrawnBecause],
  );
  return rows[0]!;
}

export async function demandOf(pool: pg.Pool, controlId: string): Promise<DisconnectionDemand | undefined> {
  const { rows } = await pool.query<DisconnectionDemand>(
    `SELECT ${COLUMNS} FROM disconnection_demand WHERE control_id = $1`,
    [controlId],
  );
  return rows[0];
}
