import type { Demo } from '../../tools/demo/demo.ts';
import { eventually as eventuallyWithin } from '../../tools/demo/eventually.ts';
import type { Query } from '../../tools/demo/graphql-client.ts';
import type { RunningMesh } from '../running-mesh.ts';

const PATIENCE = 25_000;

/** Shorter than a test may take, so that what is missing is said. */
export const eventually = <Result>(what: string, attempt: () => Promise<Result>) =>
  eventuallyWithin(what, attempt, PATIENCE);

export interface MeshWithDemo {
  running: RunningMesh;
  demo: Demo;
}

/** The demo neighbourhood's bills as those who have to do with them see them, through the gateway. */
export class BillingDesk {
  readonly running: RunningMesh;
  readonly demo: Demo['objects'];
  readonly operator: Query;
  readonly supervisor: Query;
  /** The demo customer. */
  readonly customer: Query;
  /** Another customer. */
  readonly stranger: Query;

  private constructor({ running, demo }: MeshWithDemo, queries: [Query, Query, Query, Query]) {
    this.running = running;
    this.demo = demo.objects;
    [this.operator, this.supervisor, this.customer, this.stranger] = queries;
  }

  static async open(mesh: MeshWithDemo): Promise<BillingDesk> {
    const { running, demo } = mesh;
    return new BillingDesk(mesh, [
      await running.as('operator', 'an-operator'),
      await running.as('supervisor', 'a-supervisor'),
      await running.as('customer', 'a-customer', demo.objects.customerId),
      await running.as('customer', 'another-customer', 'CUST-02'),
    ]);
  }

  /** Who pays on one of the neighbourhood's agreements. */
  customerOf(agreementId: string): Promise<Query> {
    return this.running.as('customer', `customer-of-${agreementId}`, agreementId.replace('AGR', 'CUST'));
  }

  async bill(id: string, query: Query = this.operator, asOf?: string): Promise<Bill | null> {
    return (await query<{ bill: Bill | null }>(BILL, { id, asOf })).bill;
  }

  document(token: string, billId: string, choice: string): Promise<Response> {
    const url = this.running.url('gateway', `/bills/${billId}/document?${choice}`);
    return fetch(url, { headers: { authorization: `Bearer ${token}` } });
  }

  /** What a home of the neighbourhood used between two dates, in Wh. */
  async quarterHours(usagePointId: string, start: string, end: string): Promise<number[]> {
    const { usagePoint } = await this.operator<{
      usagePoint: { loadProfile: { intervals: { value: string }[] } };
    }>(PROFILE, { id: usagePointId, from: `${start}T00:00:00+09:00`, to: `${end}T00:00:00+09:00` });
    return usagePoint.loadProfile.intervals.map(({ value }) => Number(value));
  }
}

export interface Bill {
  usagePoint: { id: string };
  tariffId: string;
  periodStart: string;
  periodEnd: string;
  total: string;
  currency: string;
  status: string;
  balance: string;
  segments: { contractKw: string | null }[];
  lines: { code: string; charge: string; quantity: string; amount: string; timeOfUse: string | null }[];
  determinants: {
    code: string;
    quantity: string;
    at: string | null;
    days: {
      date: string;
      quantity: string;
      missingIntervals: number;
      readings: { id: string; receivedAt: string | null }[];
    }[];
  }[];
}

const BILL = `query ($id: ID!, $asOf: DateTime) { bill(id: $id, asOf: $asOf) {
  usagePoint { id } tariffId periodStart periodEnd total currency status balance paymentStatus replacedBy { id }
  segments { contractKw } lines { code charge quantity amount timeOfUse }
  determinants { code quantity at days { date quantity missingIntervals readings { id receivedAt } } }
} }`;
const PROFILE = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { usagePoint(id: $id) {
  loadProfile(channel: "active-energy-import", from: $from, to: $to, resolution: PT15M) { intervals { value } }
} }`;
