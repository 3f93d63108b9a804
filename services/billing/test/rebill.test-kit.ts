import type { Claims } from '@metermesh/service-kit';
import {
  operator,
  until,
  type BillingService,
  type Cycle,
  type GraphQLAnswer,
} from './billing-service.test-kit.ts';
import type { Household } from './household-facts.ts';

const LINES = 'lines { code amount }';
const PROPOSAL = `id status previousTotal total difference periodEnd reason decidedBy bill { id } agreement { id } ${LINES}
  lineDifferences { code difference } changedDays { code date unit previousVersion version previousQuantity quantity }`;
const BILL = `id status total revision periodEnd dueOn isDisputed replaces { id } replacedBy { id } ${LINES}
  segments { start end tariffId contractKw } cancellation { reason cancelledBy cancelledAt }
  disputes { reason disputedBy outcome note resolvedBy }`;
const CYCLE = `status holdReasons { code message } bill { ${BILL} } rebillProposal { ${PROPOSAL} }`;

export interface Proposal {
  id: string;
  status: string;
  total: string;
  previousTotal: string;
  difference: string;
  agreement: { id: string };
  lineDifferences: { code: string; difference: string }[];
  changedDays: { date: string }[];
}

export interface ShownBill {
  id: string;
  status: string;
  total: string;
  revision: number;
  segments: { start: string; end: string; tariffId: string }[];
}

export interface CheckedCycle extends Omit<Cycle, 'bill'> {
  bill: ShownBill | null;
  rebillProposal: Proposal | null;
}

type Who = Partial<Claims>;

/** What a billing desk asks about corrected bills. */
export class Rebills {
  private readonly service: BillingService;

  constructor(service: BillingService) {
    this.service = service;
  }

  /** The open proposal of a household, once there is one. */
  async openOf(
    { agreementId }: Household,
    isWanted: (proposal: Proposal) => boolean = () => true,
  ): Promise<Proposal> {
    const open = async () => {
      const { data } = await this.service.ask(
        `{ rebillProposals(status: OPEN, first: 200) { nodes { ${PROPOSAL} } } }`,
        {},
      );
      const { nodes } = data!['rebillProposals'] as { nodes: Proposal[] };
      return nodes.filter(({ agreement }) => agreement.id === agreementId).find(isWanted);
    };
    return (await until(open, (proposal) => proposal !== undefined))!;
  }

  async proposal(id: string): Promise<Proposal> {
    return this.answer('rebillProposal', `query ($id: ID!) { rebillProposal(id: $id) { ${PROPOSAL} } }`, {
      id,
    });
  }

  async check({ agreementId }: Household, periodStart = '2025-10-01'): Promise<CheckedCycle> {
    return this.answer(
      'checkForRebill',
      `mutation ($agreementId: ID!, $periodStart: Date!) {
        checkForRebill(agreementId: $agreementId, periodStart: $periodStart) { ${CYCLE} } }`,
      { agreementId, periodStart },
    );
  }

  tryToIssue(id: string, who: Who = operator): Promise<GraphQLAnswer> {
    return this.service.ask(
      `mutation ($id: ID!) { issueRebill(proposalId: $id, reason: "The meter was read again.") { ${CYCLE} } }`,
      { id },
      who,
    );
  }

  async issue(id: string): Promise<CheckedCycle> {
    const answer = await this.tryToIssue(id);
    if (!answer.data) throw new Error(JSON.stringify(answer));
    return answer.data['issueRebill'] as CheckedCycle;
  }

  dismiss(id: string): Promise<Proposal> {
    return this.answer(
      'dismissRebill',
      `mutation ($id: ID!) { dismissRebill(proposalId: $id, reason: "Waived.") { ${PROPOSAL} } }`,
      { id },
    );
  }

  bill(id: string, who: Who = operator, asOf?: Date): Promise<ShownBill | null> {
    return this.answer(
      'bill',
      `query ($id: ID!, $asOf: DateTime) { bill(id: $id, asOf: $asOf) { ${BILL} } }`,
      { id, asOf },
      who,
    );
  }

  /** Id of the bill of October that counted then. */
  async billAsOf({ agreementId }: Household, asOf: Date): Promise<string | null> {
    const bill = await this.answer<{ id: string } | null>(
      'billAsOf',
      `query ($agreementId: ID!, $asOf: DateTime!) {
        billAsOf(agreementId: $agreementId, periodStart: "2025-10-01", asOf: $asOf) { id } }`,
      { agreementId, asOf },
    );
    return bill && bill.id;
  }

  release({ agreementId }: Household, who: Who): Promise<GraphQLAnswer> {
    return this.service.ask(
      `mutation ($agreementId: ID!) {
        releaseHold(agreementId: $agreementId, periodStart: "2025-10-01", reason: "Looked at.") { status holdReasons { code } } }`,
      { agreementId },
      who,
    );
  }

  dispute(id: string, who: Who): Promise<GraphQLAnswer> {
    return this.service.ask(
      `mutation ($id: ID!) { disputeBill(id: $id, reason: "I was away.") { ${BILL} } }`,
      { id },
      who,
    );
  }

  resolve(id: string, who: Who): Promise<GraphQLAnswer> {
    return this.service.ask(
      `mutation ($id: ID!) { resolveDispute(id: $id, outcome: REJECTED, note: "The fridge was not.") { ${BILL} } }`,
      { id },
      who,
    );
  }

  /** Codes of a household's exceptions. */
  async queued({ agreementId }: Household, status: string): Promise<string[]> {
    const { nodes } = await this.answer<{ nodes: { code: string; agreement: { id: string } | null }[] }>(
      'billingExceptions',
      `query ($status: BillingExceptionStatus) {
        billingExceptions(first: 200, status: $status) { nodes { code agreement { id } } } }`,
      { status },
    );
    return nodes.filter(({ agreement }) => agreement?.id === agreementId).map(({ code }) => code);
  }

  private async answer<Answer>(
    field: string,
    query: string,
    variables: Record<string, unknown>,
    who: Who = operator,
  ): Promise<Answer> {
    const answer = await this.service.ask(query, variables, who);
    if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer));
    return answer.data[field] as Answer;
  }
}
