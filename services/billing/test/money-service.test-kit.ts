import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BillCancelledSchema,
  BillingCycleOpenedSchema,
  BillIssuedSchema,
  type BillIssued,
} from '@metermesh/contracts';
import { streamName, type EventStore } from '@metermesh/event-store';
import { DATABASE, EVENT_STORE, newEvent, ProjectionHost, type Claims } from '@metermesh/service-kit';
import type pg from 'pg';
import { ReceivablesRun } from '../src/adapters/receivables-run.ts';
import { BillingService, codeOf, operator, type GraphQLAnswer } from './billing-service.test-kit.ts';
import { SEOUL, TARIFF, type Household } from './household-facts.ts';

export const supervisor: Partial<Claims> = { subject: 'lee', roles: ['supervisor'] };

const MONEY =
  'id balance paymentStatus lateFee settlements { source sourceId amount } dunning { step takenOn } disconnectionRequestId';
const PAYMENT = `reference status unallocated customer { id } suspense { code } settlements { bill { id } amount }`;

export interface BillMoney {
  id: string;
  balance: string;
  paymentStatus: string;
  lateFee: string;
  settlements: { source: string; sourceId: string; amount: string }[];
  dunning: { step: string; takenOn: string }[];
  disconnectionRequestId: string | null;
}

export interface PaymentAnswer {
  reference: string;
  status: string;
  unallocated: string;
  customer: { id: string } | null;
  suspense: { code: string } | null;
  settlements: { bill: { id: string }; amount: string }[];
}

/** The billing service, with what the desk of the money asks and does. */
export class MoneyDesk {
  readonly service: BillingService;
  #bills = 0;
  readonly #periods = new Map<string, { start: string; end: string }>();

  constructor(service: BillingService) {
    this.service = service;
  }

  /** Records a bill of a net charge and a tenth of it as tax, as if a cycle had been closed. Answers its id. */
  async issueBill(
    { agreementId, customerId, usagePointId }: Household,
    net: number,
    dueOn: string,
    { currency = 'KRW', replaces = '', tariffId = TARIFF } = {},
  ): Promise<string> {
    const period = this.#periods.get(replaces) ?? {
      start: `2024-${String((this.#bills++ % 12) + 1).padStart(2, '0')}-01`,
      end: '2025-01-01',
    };
    const billId = replaces ? `${replaces}-R2` : `BILL-${agreementId}-${this.#bills}`;
    this.#periods.set(billId, period);
    const identity = { agreementId, customerId, usagePointId, tariffId, period, timeZone: SEOUL };
    const bill: BillIssued = create(BillIssuedSchema, {
      ...{ ...identity, billId, currency, dueOn, replaces, revision: replaces ? 2 : 1 },
      total: String(net + net / 10),
      lines: [
        { code: 'energy', charge: 'energy', unit: 'kWh', amount: String(net) },
        { code: 'vat', charge: 'vat', unit: currency, amount: String(net / 10) },
      ],
      issuedAt: timestampFromMs(Date.parse(dueOn) - 14 * 86_400_000),
      issuedBy: 'kim',
    });
    await this.#append(`${agreementId}-${period.start}`, create(BillingCycleOpenedSchema, identity), bill);
    return billId;
  }

  async cancelBill(
    { agreementId, customerId, usagePointId }: Household,
    billId: string,
    replacedBy = '',
  ): Promise<void> {
    const period = this.#periods.get(billId)!;
    const cancelled = create(BillCancelledSchema, {
      ...{
        agreementId,
        customerId,
        usagePointId,
        currency: 'KRW',
        period,
        billId,
        replacedBy,
        reason: 'corrected',
      },
      ...{ cancelledAt: timestampFromMs(Date.now()), cancelledBy: 'kim' },
    });
    await this.#append(`${agreementId}-${period.start}`, cancelled);
  }

  async #append(cycle: string, ...events: Parameters<typeof newEvent>[0][]): Promise<void> {
    const store = this.service.provided<EventStore>(EVENT_STORE);
    const recorded = events.map((event) => newEvent(event, { actor: 'kim' }));
    const [result] = await store.append({
      stream: streamName('billing-cycle', cycle),
      expected: 'any',
      events: recorded,
    });
    await this.service.provided<ProjectionHost>(ProjectionHost).reach(result!.position);
  }

  async bill(id: string, claims: Partial<Claims> = operator): Promise<BillMoney> {
    const { data } = await this.service.ask(
      `query ($id: ID!) { bill(id: $id) { ${MONEY} } }`,
      { id },
      claims,
    );
    return data!['bill'] as BillMoney;
  }

  /** Balances of bills, in their order. */
  async balances(...ids: string[]): Promise<string[]> {
    return (await Promise.all(ids.map((id) => this.bill(id)))).map(({ balance }) => balance);
  }

  async pay(reference: string, amount: string, over: Record<string, unknown> = {}): Promise<PaymentAnswer> {
    const { data, errors } = await this.recordPayment(reference, amount, over);
    if (!data) throw new Error(JSON.stringify(errors));
    return data['recordPayment'] as PaymentAnswer;
  }

  recordPayment(
    reference: string,
    amount: string,
    over: Record<string, unknown> = {},
    claims: Partial<Claims> = operator,
  ): Promise<GraphQLAnswer> {
    return this.service.ask(
      `mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { ${PAYMENT} } }`,
      { input: { ...paymentInput(reference, amount), ...over } },
      claims,
    );
  }

  /** A mutation whose arguments are the variables, by their types in SDL. */
  mutate(
    name: string,
    types: string,
    variables: Record<string, unknown>,
    fields: string,
    claims: Partial<Claims> = supervisor,
  ): Promise<GraphQLAnswer> {
    const passed = Object.keys(variables).map((variable) => `${variable}: $${variable}`);
    return this.service.ask(
      `mutation (${types}) { ${name}(${passed.join(', ')}) { ${fields} } }`,
      variables,
      claims,
    );
  }

  /** The code with which it is refused; undefined where it is not. */
  async refused(...mutation: Parameters<MoneyDesk['mutate']>): Promise<string | undefined> {
    return codeOf(await this.mutate(...mutation));
  }

  async balanceOf(customerId: string, claims: Partial<Claims> = operator): Promise<Record<string, string>[]> {
    const query = `query ($customerId: ID!) {
      accountBalances(customerId: $customerId) { currency balance receivable overdue credit deposits } }`;
    return (await this.service.ask(query, { customerId }, claims)).data!['accountBalances'] as Record<
      string,
      string
    >[];
  }

  /** What the daily run does, at noon of the day in Seoul. */
  runOn(date: string) {
    return this.service
      .provided<ReceivablesRun>(ReceivablesRun)
      .run({ actor: 'daily run' }, Date.parse(`${date}T12:00+09:00`));
  }

  async rows<Row extends pg.QueryResultRow>(query: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.service.provided<pg.Pool>(DATABASE).query<Row>(query, values)).rows;
  }
}

export const paymentInput = (reference: string, amount: string) => ({
  ...{ reference, amount, currency: 'KRW', receivedOn: '2025-01-10', method: 'bank-transfer' },
});
