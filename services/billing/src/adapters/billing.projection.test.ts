import { create, type Message } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BillCancelledSchema,
  BillDisputedSchema,
  BillingCycleDroppedSchema,
  BillingCycleHeldSchema,
  BillingCycleOpenedSchema,
  BillingCycleReleasedSchema,
  BillingDeterminantsFixedSchema,
  BillIssuedSchema,
  encodeEvent,
  RebillDismissedSchema,
  RebillHeldSchema,
  RebillProposedSchema,
} from '@metermesh/contracts';
import { streamName, type RecordedEvent } from '@metermesh/event-store';
import { inTransaction, migrate, openDatabase } from '@metermesh/service-kit';
import { startPostgres, type TestPostgres } from '@metermesh/testing';
import fc from 'fast-check';
import type pg from 'pg';
import { billingProjection } from './billing.projection.ts';

const period = { start: '2026-10-01', end: '2026-11-01' };
const customerId = 'CUST-1';
const usagePointId = 'UP-1';
const at = timestampFromMs(Date.parse('2026-11-02T00:00:00Z'));

/** What may happen to a cycle, by letter. */
const eventsOf = (agreementId: string): Record<string, Message> => {
  const cycle = { agreementId, period };
  const bill = { ...cycle, customerId, usagePointId, currency: 'KRW' };
  const reasons = (...codes: string[]) =>
    codes.map((code) => ({ code, message: `${code} of ${agreementId}.` }));
  const proposal = { ...cycle, proposalId: `REBILL-${agreementId}`, billId: `BILL-${agreementId}` };
  const opened = { ...cycle, customerId, usagePointId, timeZone: 'Asia/Seoul' };
  return {
    o: create(BillingCycleOpenedSchema, opened),
    O: create(BillingCycleOpenedSchema, { ...opened, customerId: 'CUST-2', timeZone: 'Europe/Berlin' }),
    h: create(BillingCycleHeldSchema, {
      ...cycle,
      reasons: reasons('READINGS_MISSING', 'READINGS_MISSING', 'READINGS_SUSPECT'),
    }),
    H: create(BillingCycleHeldSchema, { ...cycle, reasons: reasons('READINGS_SUSPECT', 'TARIFF_UNKNOWN') }),
    r: create(BillingCycleReleasedSchema, { ...cycle, accepted: reasons('READINGS_SUSPECT') }),
    x: create(BillingCycleDroppedSchema, cycle),
    f: create(BillingDeterminantsFixedSchema, cycle),
    i: create(BillIssuedSchema, {
      ...bill,
      billId: `BILL-${agreementId}`,
      total: '1230',
      issuedAt: at,
      dueOn: '2026-11-16',
    }),
    p: create(RebillProposedSchema, {
      ...bill,
      ...proposal,
      previousTotal: '1230',
      total: '1000',
      difference: '-230',
      proposedAt: at,
    }),
    d: create(RebillDismissedSchema, proposal),
    w: create(RebillHeldSchema, { ...proposal, reasons: reasons('READINGS_MISSING') }),
    c: create(BillCancelledSchema, {
      ...bill,
      billId: `BILL-${agreementId}`,
      replacedBy: `BILL-${agreementId}-R2`,
    }),
    I: create(BillIssuedSchema, {
      ...bill,
      billId: `BILL-${agreementId}-R2`,
      total: '1000',
      issuedAt: at,
      revision: 2,
      replaces: `BILL-${agreementId}`,
      timeZone: 'Asia/Seoul',
    }),
    q: create(BillDisputedSchema, { ...cycle, billId: `BILL-${agreementId}` }),
  };
};
const histories = [
  'ofi',
  'oh',
  'ohfi',
  'ohOfi',
  'ohH',
  'ohrfi',
  'oHx',
  'ofipcfI',
  'ofiwpd',
  'ofiq',
  'ofic',
  'o',
  'ohxOfi',
];

let postgres: TestPostgres;
let pool: pg.Pool;
beforeAll(async () => {
  postgres = await startPostgres();
  pool = openDatabase(await postgres.createDatabase(), () => {});
  await migrate(pool, new URL('../../migrations/', import.meta.url));
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

const TABLES = ['billing_cycle', 'bill', 'billing_exception', 'rebill_proposal'];

/** All tables after the log was applied in batches of these sizes. */
async function projected(log: readonly RecordedEvent[], sizes: readonly number[]) {
  await pool.query(TABLES.map((table) => `DELETE FROM ${table}`).join('; '));
  for (let from = 0, batch = 0; from < log.length; batch++) {
    const size = sizes[batch % sizes.length]!;
    await inTransaction(pool, (client) => billingProjection.apply(client, log.slice(from, from + size)));
    from += size;
  }
  const tables = TABLES.map((table) =>
    pool.query(`SELECT * FROM ${table} ORDER BY ${table}::text COLLATE "C"`),
  );
  return (await Promise.all(tables)).map(({ rows }) => rows as unknown[]);
}

describe('the billing projection', () => {
  it('makes the same of a log in whatever batches it comes', async () => {
    const logs = fc.array(fc.constantFrom(...histories), { minLength: 1, maxLength: 8 }).chain((cycles) =>
      fc.tuple(
        fc.constant(cycles),
        fc.infiniteStream(fc.nat()).map((draw) => interleaved(cycles, draw)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        logs,
        fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 1 }),
        async ([, log], sizes) => {
          expect(await projected(log, sizes)).toEqual(await projected(log, [1]));
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('keeps of many closings at once what each of them says', async () => {
    const log = interleaved(['ofi', 'oh', 'oHOfi'], [0][Symbol.iterator]());
    const [cycles, bills, exceptions] = await projected(log, [100]);
    expect(cycles).toMatchObject([
      {
        agreement_id: 'AGR-0',
        status: 'BILLED',
        hold_reasons: [],
        billed_at: new Date('2026-11-02T00:00:00Z'),
      },
      {
        agreement_id: 'AGR-1',
        status: 'HELD',
        hold_reasons: [{}, {}, { code: 'READINGS_SUSPECT' }],
        billed_at: null,
      },
      { agreement_id: 'AGR-2', status: 'BILLED', customer_id: 'CUST-2', time_zone: 'Europe/Berlin' },
    ]);
    expect(bills).toMatchObject([
      {
        id: 'BILL-AGR-0',
        total: '1230',
        time_zone: 'Asia/Seoul',
        due_on: '2026-11-16',
        replaces: null,
        revision: 1,
      },
      { id: 'BILL-AGR-2', time_zone: 'Europe/Berlin' },
    ]);
    expect(exceptions).toMatchObject([
      {
        code: 'READINGS_MISSING',
        status: 'OPEN',
        message: 'READINGS_MISSING of AGR-1. READINGS_MISSING of AGR-1.',
      },
      { code: 'READINGS_SUSPECT', status: 'OPEN', customer_id: customerId, usage_point_id: usagePointId },
      { code: 'READINGS_SUSPECT', status: 'RESOLVED' },
      { code: 'TARIFF_UNKNOWN', status: 'RESOLVED' },
    ]);
  });
});

/** The histories of several cycles as one log, mixed as drawn; each in its own order. */
function interleaved(cycles: readonly string[], draw: Iterator<number>): RecordedEvent[] {
  const left = cycles.map((history, index) => ({ agreementId: `AGR-${index}`, history, done: 0 }));
  const log: RecordedEvent[] = [];
  while (left.length > 0) {
    const place = (draw.next().value ?? 0) % left.length;
    const cycle = left[place]!;
    const event = eventsOf(cycle.agreementId)[cycle.history[cycle.done]!]!;
    log.push({
      id: `event-${log.length}`,
      ...encodeEvent(event),
      metadata: {},
      stream: streamName('billing-cycle', `${cycle.agreementId}-${period.start}`),
      revision: cycle.done,
      position: String(log.length).padStart(8, '0'),
      recordedAt: new Date(Date.UTC(2026, 10, 2, 0, 0, log.length)),
    });
    cycle.done += 1;
    if (cycle.done === cycle.history.length) left.splice(place, 1);
  }
  return log;
}
