import type { DlmsMeter } from '../simulator/dlms-meter.ts';
import type { HeadEnd } from '../simulator/fleet.ts';
import { Temporal } from 'temporal-polyfill';
import { eventually } from './eventually.ts';
import { gasHome } from './gas-home.ts';
import type { Query } from './graphql-client.ts';
import { TIME_ZONE, todayOf, type Neighbourhood } from './neighbourhood.ts';
import { pushValues } from './push-values.ts';
import { waterAgreement } from './water-agreement.ts';

/** What came of billing the history: identifiers of bills by agreement, and of what happened to them. */
export interface Billed {
  bills: Record<string, string>;
  billRunId: string;
  paymentReference: string;
  rebillProposalId: string;
}

interface Cycle {
  agreementId: string;
  periodStart: string;
}

/** Whose voice bills, and whose may take responsibility. */
export interface Desk {
  operator: Query;
  supervisor: Query;
}

/** The neighbourhood's meters, in the order of its places, and where they push to. */
export interface Field {
  meters: readonly DlmsMeter[];
  headEnd: HeadEnd;
}

const RUN = 'The first bills of the neighbourhood';
const PAYMENT = 'DEMO-PAYMENT-1';
const CORRECTED_WH = [2100, 2400, 2300, 1900];

/**
 * Bills all periods of the history that are over in one run, once their readings have come through; then lets a payment be
 * recorded, a hold be released and a reading be corrected. Each step may have been done by an earlier start that was interrupted.
 *
 * @param withNetworks whether the devices on other networks have told their history, the water meter among them
 */
export async function billHistory(
  { operator, supervisor }: Desk,
  neighbourhood: Neighbourhood,
  field: Field,
  withNetworks: boolean,
): Promise<Billed> {
  const periodStart = neighbourhood.lastPeriod.start;
  const homes = neighbourhood.places.flatMap(({ agreementId }) => agreementId ?? []);
  const water = withNetworks ? [{ agreementId: waterAgreement.id, periodStart }] : [];
  const cycles = [
    ...homes.map((agreementId) => ({ agreementId, periodStart })),
    { agreementId: gasHome.agreementId, periodStart: gasHome.period.start },
  ];
  await eventually('the readings of all periods', () => allReadings(operator, [...cycles, ...water]));
  const billRunId = await runBills(operator);
  const billIds = await Promise.all([
    ...cycles.map((cycle) => billOf(operator, cycle)),
    ...water.map((cycle) => billInSpiteOfEstimates(supervisor, cycle)),
  ]);
  const bills = Object.fromEntries(
    [...cycles, ...water].map(({ agreementId }, i) => [agreementId, billIds[i]!]),
  );
  const [rebillProposalId] = await Promise.all([
    correctReading(operator, neighbourhood, field),
    pay(operator, bills[homes[0]!]!, todayOf(neighbourhood)),
  ]);
  return { bills, billRunId, paymentReference: PAYMENT, rebillProposalId };
}

/** Throws as long as a day of a period has not come through whole. */
async function allReadings(query: Query, cycles: readonly Cycle[]): Promise<void> {
  const previews = cycles.map(
    ({ agreementId, periodStart }, index) =>
      `_${index}: previewBill(agreementId: "${agreementId}", periodStart: "${periodStart}") {
        periodStart periodEnd determinants { days { missingIntervals } } }`,
  );
  const answers = await query<Record<string, Preview>>(`{ ${previews.join('\n')} }`);
  cycles.forEach(({ agreementId }, index) => {
    const { periodStart, periodEnd, determinants } = answers[`_${index}`]!;
    const expected = Temporal.PlainDate.from(periodStart).until(periodEnd).days;
    const [days = []] = determinants.map((each) => each.days).filter((each) => each.length > 0);
    const whole = days.filter(({ missingIntervals }) => missingIntervals === 0).length;
    if (whole < expected) throw new Error(`${whole} of ${expected} days of ${agreementId} are there`);
  });
}

interface Preview {
  periodStart: string;
  periodEnd: string;
  determinants: { days: { missingIntervals: number }[] }[];
}

/** Starts the run, or finds the one that an interrupted start began, and waits for its end. */
async function runBills(query: Query): Promise<string> {
  const known = await query<{ billRuns: { nodes: { id: string; reason: string }[] } }>(
    '{ billRuns(first: 500) { nodes { id reason } } }',
  );
  const begun = known.billRuns.nodes.find(({ reason }) => reason === RUN);
  const id =
    begun?.id ??
    (
      await query<{ startBillRun: { id: string } }>(
        'mutation Run($reason: String!) { startBillRun(reason: $reason) { id } }',
        { reason: RUN },
      )
    ).startBillRun.id;
  await eventually('the end of the bill run', async () => {
    const { billRun } = await query<{ billRun: { status: string } | null }>(
      'query Run($id: ID!) { billRun(id: $id) { status } }',
      { id },
    );
    if (billRun?.status !== 'COMPLETED') throw new Error(`it is ${billRun?.status.toLowerCase()}`);
  });
  return id;
}

/** The bill that a period has by now; closing it again issues no other. */
async function billOf(query: Query, cycle: Cycle): Promise<string> {
  const { closeBillingCycle: closed } = await query<ClosedCycle>(CLOSE, { ...cycle });
  if (!closed.bill) throw new Error(closed.holdReasons.map(({ message }) => message).join(' '));
  return closed.bill.id;
}

interface ClosedCycle {
  closeBillingCycle: { bill: { id: string } | null; holdReasons: { message: string }[] };
}

/** A water meter that is read once a day is exact in sum, and estimated in each hour: somebody has to say that this will do. */
async function billInSpiteOfEstimates(supervisor: Query, cycle: Cycle): Promise<string> {
  const { closeBillingCycle: closed } = await supervisor<ClosedCycle>(CLOSE, { ...cycle });
  if (!closed.bill)
    await supervisor(RELEASE, { ...cycle, reason: 'Read once a day: the sum of the month is measured.' });
  return billOf(supervisor, cycle);
}

/** The customer of a bill pays it. */
async function pay(query: Query, billId: string, receivedOn: string): Promise<void> {
  const { bill } = await query<{ bill: { total: string; currency: string } }>(
    'query Bill($id: ID!) { bill(id: $id) { total currency } }',
    { id: billId },
  );
  const { total: amount, currency } = bill;
  await query(PAY, {
    input: { reference: PAYMENT, amount, currency, receivedOn, method: 'bank-transfer', billId },
  });
}

/** The third home's meter is read out anew for one evening, and had counted more; what comes of it is a proposal. */
async function correctReading(
  query: Query,
  { places, lastPeriod }: Neighbourhood,
  { meters, headEnd }: Field,
): Promise<string> {
  const third = 2;
  const periodStart = lastPeriod.start;
  const evening = Temporal.PlainDate.from(periodStart)
    .add({ days: 9 })
    .toZonedDateTime({ timeZone: TIME_ZONE, plainTime: '19:00' });
  await pushValues(headEnd, meters[third]!, evening.epochMilliseconds, CORRECTED_WH);
  return eventually('the proposed rebill', async () => {
    const { checkForRebill } = await query<{ checkForRebill: { rebillProposal: { id: string } | null } }>(
      CHECK,
      {
        agreementId: places[third]!.agreementId,
        periodStart,
      },
    );
    if (!checkForRebill.rebillProposal) throw new Error('the correction has not come through');
    return checkForRebill.rebillProposal.id;
  });
}

const CLOSE = `mutation Close($agreementId: ID!, $periodStart: Date!) {
  closeBillingCycle(agreementId: $agreementId, periodStart: $periodStart) { bill { id } holdReasons { message } }
}`;
const RELEASE = `mutation Release($agreementId: ID!, $periodStart: Date!, $reason: String!) {
  releaseHold(agreementId: $agreementId, periodStart: $periodStart, reason: $reason) { status }
}`;
const PAY = `mutation Pay($input: RecordPaymentInput!) { recordPayment(input: $input) { reference } }`;
const CHECK = `mutation Check($agreementId: ID!, $periodStart: Date!) {
  checkForRebill(agreementId: $agreementId, periodStart: $periodStart) { rebillProposal { id } }
}`;
