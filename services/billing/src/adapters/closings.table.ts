import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { BillingCycleHeld, BillingCycleOpened, BillIssued, HoldReason } from '@metermesh/contracts';
import type { RecordedEvent } from '@metermesh/event-store';
import type pg from 'pg';
import { lookAtLateChanges } from './late-changes.ts';

/** What closing a cycle has come to, as far as it stands in one batch of events: it is opened, and then held or billed. */
export interface ClosedCycle {
  readonly opened?: BillingCycleOpened | undefined;
  readonly held?: BillingCycleHeld | undefined;
  /** What the bill rests on, not decoded. */
  readonly fixed?: RecordedEvent | undefined;
  readonly issued?: BillIssued | undefined;
  /** When it was held or billed, where it was. */
  readonly recordedAt: Date;
}

type Column = readonly (string | number | Date | null)[];

/** Writes the cycles, bills and exceptions of many closings at once, a bill run bringing them by the thousand, and has late changes looked at. */
export async function writeClosings(client: pg.PoolClient, closings: readonly ClosedCycle[]): Promise<void> {
  await openCycles(
    client,
    closings.filter(({ opened }) => opened),
  );
  const ended = closings.filter(({ held, issued }) => held ?? issued);
  await endCycles(
    client,
    ended.filter(({ opened }) => !opened),
  );
  const bills = closings.flatMap(({ issued, fixed }) => (issued ? [{ issued, fixed }] : []));
  await addBills(
    client,
    bills.map(({ issued }) => issued),
  );
  await resolveReasons(client, ended);
  await raiseReasons(
    client,
    ended.filter(({ held }) => held),
  );
  if (bills.length > 0) await lookAtLateChanges(client, bills);
}

/** A cycle opened anew keeps its status where nothing else has come of it yet. */
async function openCycles(client: pg.PoolClient, closings: readonly ClosedCycle[]): Promise<void> {
  const opened = closings.map((closing) => closing.opened!);
  await insert(
    client,
    `INSERT INTO billing_cycle AS known (agreement_id, period_start, period_end, customer_id, usage_point_id, time_zone, status,
       hold_reasons, billed_at)
     SELECT * FROM unnest($1::text[], $2::date[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
       $9::timestamptz[])
     ON CONFLICT (agreement_id, period_start) DO UPDATE SET period_end = EXCLUDED.period_end,
       customer_id = EXCLUDED.customer_id, usage_point_id = EXCLUDED.usage_point_id, time_zone = EXCLUDED.time_zone,
       status = CASE EXCLUDED.status WHEN 'OPEN' THEN known.status ELSE EXCLUDED.status END,
       hold_reasons = CASE EXCLUDED.status WHEN 'OPEN' THEN known.hold_reasons ELSE EXCLUDED.hold_reasons END,
       billed_at = coalesce(EXCLUDED.billed_at, known.billed_at)`,
    [
      opened.map(({ agreementId }) => agreementId),
      opened.map(({ period }) => period!.start),
      opened.map(({ period }) => period!.end),
      opened.map(({ customerId }) => customerId),
      opened.map(({ usagePointId }) => usagePointId),
      opened.map(({ timeZone }) => timeZone),
      ...endings(closings),
    ],
  );
}

async function endCycles(client: pg.PoolClient, closings: readonly ClosedCycle[]): Promise<void> {
  await insert(
    client,
    `UPDATE billing_cycle AS known
     SET status = ended.status, hold_reasons = ended.hold_reasons, billed_at = coalesce(ended.billed_at, known.billed_at)
     FROM unnest($1::text[], $2::date[], $3::text[], $4::jsonb[], $5::timestamptz[])
       AS ended (agreement_id, period_start, status, hold_reasons, billed_at)
     WHERE known.agreement_id = ended.agreement_id AND known.period_start = ended.period_start`,
    [
      closings.map((closing) => cycleOf(closing).agreementId),
      closings.map((closing) => cycleOf(closing).period!.start),
      ...endings(closings),
    ],
  );
}

/** Status, reasons that hold it, and when it was billed. */
function endings(closings: readonly ClosedCycle[]): Column[] {
  return [
    closings.map(({ issued, held }) => (issued ? 'BILLED' : held ? 'HELD' : 'OPEN')),
    closings.map(({ held }) =>
      held ? JSON.stringify(held.reasons.map(({ code, message }) => ({ code, message }))) : '[]',
    ),
    closings.map(({ issued }) => (issued ? timestampDate(issued.issuedAt!) : null)),
  ];
}

async function addBills(client: pg.PoolClient, bills: readonly BillIssued[]): Promise<void> {
  await insert(
    client,
    `INSERT INTO bill (id, agreement_id, customer_id, usage_point_id, tariff_id, period_start, period_end, time_zone, currency,
       total, issued_at, issued_by, revision, due_on, replaces)
     SELECT id, agreement_id, customer_id, usage_point_id, tariff_id, period_start, period_end, coalesce(nullif(time_zone, ''), (
         SELECT cycle.time_zone FROM billing_cycle AS cycle
         WHERE cycle.agreement_id = issued.agreement_id AND cycle.period_start = issued.period_start
       )), currency, total, issued_at, issued_by, revision, nullif(due_on, '')::date, nullif(replaces, '')
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[], $9::text[],
         $10::numeric[], $11::timestamptz[], $12::text[], $13::smallint[], $14::text[], $15::text[])
       AS issued (id, agreement_id, customer_id, usage_point_id, tariff_id, period_start, period_end, time_zone, currency,
         total, issued_at, issued_by, revision, due_on, replaces)
     ON CONFLICT (id) DO NOTHING`,
    [
      bills.map(({ billId }) => billId),
      bills.map(({ agreementId }) => agreementId),
      bills.map(({ customerId }) => customerId),
      bills.map(({ usagePointId }) => usagePointId),
      bills.map(({ tariffId }) => tariffId),
      bills.map(({ period }) => period!.start),
      bills.map(({ period }) => period!.end),
      bills.map(({ timeZone }) => timeZone),
      bills.map(({ currency }) => currency),
      bills.map(({ total }) => total),
      bills.map(({ issuedAt }) => timestampDate(issuedAt!)),
      bills.map(({ issuedBy }) => issuedBy),
      bills.map(({ revision }) => revision || 1),
      bills.map(({ dueOn }) => dueOn),
      bills.map(({ replaces }) => replaces),
    ],
  );
}

/** Takes the exceptions off the queue whose codes do not hold the cycle any more. */
async function resolveReasons(client: pg.PoolClient, closings: readonly ClosedCycle[]): Promise<void> {
  await insert(
    client,
    `UPDATE billing_exception AS known SET status = 'RESOLVED', resolved_at = ended.at
     FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS ended (subject, at, codes)
     WHERE known.subject = ended.subject AND known.status = 'OPEN' AND known.code <> ALL (string_to_array(ended.codes, ' '))`,
    [
      closings.map(subjectOf),
      closings.map(({ recordedAt }) => recordedAt),
      closings.map(({ held }) => held?.reasons.map(({ code }) => code).join(' ') ?? ''),
    ],
  );
}

/** Puts the reasons that hold cycles into the queue, one a code. */
async function raiseReasons(client: pg.PoolClient, closings: readonly ClosedCycle[]): Promise<void> {
  const found = closings.flatMap((closing) =>
    Array.from(groupedByCode(closing.held!.reasons), ([code, message]) => ({ closing, code, message })),
  );
  await insert(
    client,
    `INSERT INTO billing_exception AS known
       (subject, code, status, message, agreement_id, customer_id, usage_point_id, period_start, opened_at)
     SELECT found.subject, found.code, 'OPEN', found.message, found.agreement_id, cycle.customer_id, cycle.usage_point_id,
       found.period_start, found.at
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::timestamptz[])
       AS found (subject, code, message, agreement_id, period_start, at)
     LEFT JOIN billing_cycle AS cycle ON cycle.agreement_id = found.agreement_id AND cycle.period_start = found.period_start
     ON CONFLICT (subject, code) DO UPDATE SET status = 'OPEN', message = EXCLUDED.message, resolved_at = NULL,
       opened_at = CASE known.status WHEN 'OPEN' THEN known.opened_at ELSE EXCLUDED.opened_at END`,
    [
      found.map(({ closing }) => subjectOf(closing)),
      found.map(({ code }) => code),
      found.map(({ message }) => message),
      found.map(({ closing }) => closing.held!.agreementId),
      found.map(({ closing }) => closing.held!.period!.start),
      found.map(({ closing }) => closing.recordedAt),
    ],
  );
}

function groupedByCode(reasons: readonly HoldReason[]): Map<string, string> {
  const messages = new Map<string, string>();
  for (const { code, message } of reasons) {
    const before = messages.get(code);
    messages.set(code, before === undefined ? message : `${before} ${message}`);
  }
  return messages;
}

const cycleOf = ({ opened, held, issued }: ClosedCycle) => (opened ?? held ?? issued)!;

function subjectOf(closing: ClosedCycle): string {
  const { agreementId, period } = cycleOf(closing);
  return `billing-cycle-${agreementId}-${period!.start}`;
}

/** A statement that takes its rows as one array a column; none where there are no rows. */
async function insert(client: pg.PoolClient, text: string, columns: readonly Column[]): Promise<void> {
  if (columns[0]!.length > 0) await client.query(text, columns as (string | number | Date | null)[][]);
}
