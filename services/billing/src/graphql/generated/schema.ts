export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar date, ISO 8601. */
  Date: { input: string; output: string; }
  /** An instant, RFC 3339; answered with the offset of the place it belongs to where there is one. */
  DateTime: { input: Date; output: Date | string; }
  /** An exact decimal number, as text. */
  Decimal: { input: string; output: string; }
};

export type Agreement = {
  id: Scalars['ID']['output'];
};

export type Bill = {
  agreement: Agreement;
  cancellation?: Maybe<BillCancellation>;
  currency: Scalars['String']['output'];
  customer: Customer;
  determinants: Array<BillingDeterminant>;
  /** Latest first. */
  disputes: Array<BillDispute>;
  /** To read, to print and to keep. Over HTTP: GET /bills/{id}/document?format=pdf&language=ko */
  document: BillDocument;
  /** The last day to pay. */
  dueOn?: Maybe<Scalars['Date']['output']>;
  id: Scalars['ID']['output'];
  isDisputed: Scalars['Boolean']['output'];
  issuedAt: Scalars['DateTime']['output'];
  issuedBy: Scalars['String']['output'];
  lines: Array<BillLine>;
  /** Exclusive. */
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  /** The bill that counts instead of this one. */
  replacedBy?: Maybe<Bill>;
  /** The bill that this one replaces. */
  replaces?: Maybe<Bill>;
  /** 1 for the first bill of a period, 2 for the one that replaces it, and so on. */
  revision: Scalars['Int']['output'];
  /** The parts of the period over which tariff and terms are the same, in order. */
  segments: Array<BillSegment>;
  status: BillStatus;
  /** The tariff at the end of the period; segments has each. */
  tariffId: Scalars['String']['output'];
  /** The amounts of the lines add up to it exactly. Negative where the customer has money coming. */
  total: Scalars['Decimal']['output'];
  usagePoint: UsagePoint;
};


export type BillDocumentArgs = {
  format: DocumentFormat;
  language: DocumentLanguage;
};

export type BillCancellation = {
  cancelledAt: Scalars['DateTime']['output'];
  cancelledBy: Scalars['String']['output'];
  reason: Scalars['String']['output'];
};

export type BillConnection = {
  edges: Array<BillEdge>;
  nodes: Array<Bill>;
  pageInfo: PageInfo;
};

export type BillDispute = {
  disputedAt: Scalars['DateTime']['output'];
  disputedBy: Scalars['String']['output'];
  note?: Maybe<Scalars['String']['output']>;
  /** Null as long as it is open. */
  outcome?: Maybe<DisputeOutcome>;
  reason: Scalars['String']['output'];
  resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  resolvedBy?: Maybe<Scalars['String']['output']>;
};

export type BillDocument = {
  /** The file, whatever its format. */
  base64: Scalars['String']['output'];
  fileName: Scalars['String']['output'];
  mediaType: Scalars['String']['output'];
  /** The page; null of a PDF. */
  text?: Maybe<Scalars['String']['output']>;
};

export type BillEdge = {
  cursor: Scalars['String']['output'];
  node: Bill;
};

/** Its amount is quantity × rate, times days / ofDays where only a part of the period is meant. */
export type BillLine = {
  amount: Scalars['Decimal']['output'];
  /** The charge of the tariff that the line belongs to. */
  charge: Scalars['String']['output'];
  code: Scalars['String']['output'];
  days?: Maybe<Scalars['Int']['output']>;
  description: Scalars['String']['output'];
  /** First day of the part of the period that the line is for; absent: the whole period. */
  from?: Maybe<Scalars['Date']['output']>;
  ofDays?: Maybe<Scalars['Int']['output']>;
  quantity?: Maybe<Scalars['Decimal']['output']>;
  rate?: Maybe<Scalars['Decimal']['output']>;
  season?: Maybe<Scalars['String']['output']>;
  /** From 1, where the charge has tiers. */
  tier?: Maybe<Scalars['Int']['output']>;
  /** Period of the tariff's calendar, such as on-peak. */
  timeOfUse?: Maybe<Scalars['String']['output']>;
  /** Exclusive. */
  to?: Maybe<Scalars['Date']['output']>;
  unit?: Maybe<Scalars['String']['output']>;
  /** The amount before the tariff rounded this line, where it did. */
  unrounded?: Maybe<Scalars['Decimal']['output']>;
};

export type BillPreview = {
  currency: Scalars['String']['output'];
  determinants: Array<BillingDeterminant>;
  lines: Array<BillLine>;
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  segments: Array<BillSegment>;
  /** The tariff at the end of the period; segments has each. */
  tariffId: Scalars['String']['output'];
  total: Scalars['Decimal']['output'];
};

export type BillSegment = {
  /** What the agreement says about the supply. */
  attributes: Array<BilledAttribute>;
  /** kW */
  contractKw?: Maybe<Scalars['Decimal']['output']>;
  /** Codes of the discounts that the customer is entitled to. */
  discounts: Array<Scalars['String']['output']>;
  /** Exclusive. */
  end: Scalars['Date']['output'];
  start: Scalars['Date']['output'];
  tariffId: Scalars['String']['output'];
};

export type BillStatus =
  /** No longer counts. */
  | 'CANCELLED'
  | 'ISSUED';

export type BilledAttribute = {
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

export type BillingCycle = {
  agreement: Agreement;
  /** The bill that counts. */
  bill?: Maybe<Bill>;
  /** All of its bills, the latest first. */
  bills: Array<Bill>;
  /** Why it cannot be billed; of one that is billed: why what has changed since cannot be. */
  holdReasons: Array<HoldReason>;
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  /** The open one. */
  rebillProposal?: Maybe<RebillProposal>;
  status: BillingCycleStatus;
};

export type BillingCycleConnection = {
  edges: Array<BillingCycleEdge>;
  nodes: Array<BillingCycle>;
  pageInfo: PageInfo;
};

export type BillingCycleEdge = {
  cursor: Scalars['String']['output'];
  node: BillingCycle;
};

export type BillingCycleStatus =
  | 'BILLED'
  /** Nothing is left to bill: the agreement covers no day of it, as it turned out. */
  | 'CANCELLED'
  | 'HELD'
  | 'OPEN';

/** A quantity that a bill rests on: measured, or what rating made of it. */
export type BillingDeterminant = {
  /** When it was so, for what has an instant, such as a maximum demand. */
  at?: Maybe<Scalars['DateTime']['output']>;
  code: Scalars['String']['output'];
  /** Of measured ones. */
  days: Array<DeterminantDay>;
  /** First day of the part of the period that it is of; absent: the whole period. */
  from?: Maybe<Scalars['Date']['output']>;
  /** The determinant that it was made of. */
  of?: Maybe<Scalars['String']['output']>;
  quantity: Scalars['Decimal']['output'];
  /** Exclusive. */
  to?: Maybe<Scalars['Date']['output']>;
  unit: Scalars['String']['output'];
};

export type BillingException = {
  agreement?: Maybe<Agreement>;
  code: Scalars['String']['output'];
  customer?: Maybe<Customer>;
  message: Scalars['String']['output'];
  openedAt: Scalars['DateTime']['output'];
  periodStart?: Maybe<Scalars['Date']['output']>;
  resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  status: BillingExceptionStatus;
  /** What it is about, such as billing-cycle-AGR-1-2026-10-01. */
  subject: Scalars['String']['output'];
  usagePoint?: Maybe<UsagePoint>;
};

export type BillingExceptionConnection = {
  edges: Array<BillingExceptionEdge>;
  nodes: Array<BillingException>;
  pageInfo: PageInfo;
};

export type BillingExceptionEdge = {
  cursor: Scalars['String']['output'];
  node: BillingException;
};

export type BillingExceptionStatus =
  | 'OPEN'
  | 'RESOLVED';

/** A local day that the two bills take from different versions. */
export type ChangedDay = {
  /** Of the determinant. */
  code: Scalars['String']['output'];
  date: Scalars['Date']['output'];
  previousQuantity?: Maybe<Scalars['Decimal']['output']>;
  /** Null where the bill does not rest on the day. */
  previousVersion?: Maybe<Scalars['Int']['output']>;
  quantity?: Maybe<Scalars['Decimal']['output']>;
  unit: Scalars['String']['output'];
  version?: Maybe<Scalars['Int']['output']>;
};

export type Customer = {
  id: Scalars['ID']['output'];
};

/** One local day that a determinant rests on. */
export type DeterminantDay = {
  date: Scalars['Date']['output'];
  estimatedIntervals: Scalars['Int']['output'];
  missingIntervals: Scalars['Int']['output'];
  quantity: Scalars['Decimal']['output'];
  readings: Array<Reading>;
  suspectIntervals: Scalars['Int']['output'];
  /** Version of the validated day that was used. */
  version: Scalars['Int']['output'];
};

export type DisputeOutcome =
  /** The bill is right. */
  | 'REJECTED'
  /** The customer is right. */
  | 'UPHELD'
  /** The customer has taken it back. */
  | 'WITHDRAWN';

export type DocumentFormat =
  /** One page that needs nothing else, for screens and printers. */
  | 'HTML'
  /** A4. */
  | 'PDF';

export type DocumentLanguage =
  | 'EN'
  | 'KO';

export type HoldReason = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

/** A line of a bill beside that of the bill that would replace it; one of them may not exist. */
export type LineDifference = {
  amount: Scalars['Decimal']['output'];
  charge: Scalars['String']['output'];
  code: Scalars['String']['output'];
  description: Scalars['String']['output'];
  /** amount less previousAmount */
  difference: Scalars['Decimal']['output'];
  from?: Maybe<Scalars['Date']['output']>;
  previousAmount: Scalars['Decimal']['output'];
  previousQuantity?: Maybe<Scalars['Decimal']['output']>;
  previousRate?: Maybe<Scalars['Decimal']['output']>;
  quantity?: Maybe<Scalars['Decimal']['output']>;
  rate?: Maybe<Scalars['Decimal']['output']>;
  to?: Maybe<Scalars['Date']['output']>;
};

export type Mutation = {
  /** Looks now whether the bill of a period is still right, such as after a change of tariff files; proposes another where it is not. */
  checkForRebill: BillingCycle;
  /** Fixes the determinants of a period that is over, rates them and issues the bill; holds it, with reasons, where something prevents that. */
  closeBillingCycle: BillingCycle;
  /** Leaves the bill as it is. */
  dismissRebill: RebillProposal;
  /** Says that a bill is wrong: for its customer, and for staff on his behalf. */
  disputeBill: Bill;
  /** Cancels the bill and issues the proposed one in its place, both at once. Refused where what it rests on has changed since. */
  issueRebill: BillingCycle;
  /**
   * Takes responsibility for billing in spite of suspect or estimated readings or a negative total, as they are now: the cycle can
   * then be closed. Where readings change so that the reasons do, it is held again. For supervisors.
   */
  releaseHold: BillingCycle;
  /** Answers a dispute. What follows from it, such as a corrected reading, is decided by itself. */
  resolveDispute: Bill;
};


export type MutationCheckForRebillArgs = {
  agreementId: Scalars['ID']['input'];
  periodStart: Scalars['Date']['input'];
};


export type MutationCloseBillingCycleArgs = {
  agreementId: Scalars['ID']['input'];
  periodStart: Scalars['Date']['input'];
};


export type MutationDismissRebillArgs = {
  proposalId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationDisputeBillArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationIssueRebillArgs = {
  proposalId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationReleaseHoldArgs = {
  agreementId: Scalars['ID']['input'];
  periodStart: Scalars['Date']['input'];
  reason: Scalars['String']['input'];
};


export type MutationResolveDisputeArgs = {
  id: Scalars['ID']['input'];
  note: InputMaybe<Scalars['String']['input']>;
  outcome: DisputeOutcome;
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  /** As it is; or as it was at an instant: null where it was not issued yet. */
  bill?: Maybe<Bill>;
  /** The bill of a period that counted at an instant; null where none did. */
  billAsOf?: Maybe<Bill>;
  billingCycles: BillingCycleConnection;
  /** What somebody has to look at, latest first: held cycles, usage that nobody pays for, and the like. For staff. */
  billingExceptions: BillingExceptionConnection;
  bills: BillConnection;
  /**
   * What a bill would be, without issuing it: the validated days that are there, rated for the whole period. Days without
   * readings are left out of the determinants, so a running or incomplete period shows less than its bill will.
   */
  previewBill: BillPreview;
  rebillProposal?: Maybe<RebillProposal>;
  /** Bills that should be replaced, latest period first. For staff. */
  rebillProposals: RebillProposalConnection;
  tariffs: Array<Tariff>;
};


export type QueryBillArgs = {
  asOf: InputMaybe<Scalars['DateTime']['input']>;
  id: Scalars['ID']['input'];
};


export type QueryBillAsOfArgs = {
  agreementId: Scalars['ID']['input'];
  asOf: Scalars['DateTime']['input'];
  periodStart: Scalars['Date']['input'];
};


export type QueryBillingCyclesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status: InputMaybe<BillingCycleStatus>;
};


export type QueryBillingExceptionsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  code: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status: InputMaybe<BillingExceptionStatus>;
};


export type QueryBillsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  usagePointId: InputMaybe<Scalars['ID']['input']>;
};


export type QueryPreviewBillArgs = {
  agreementId: Scalars['ID']['input'];
  periodStart: Scalars['Date']['input'];
};


export type QueryRebillProposalArgs = {
  id: Scalars['ID']['input'];
};


export type QueryRebillProposalsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status: InputMaybe<RebillStatus>;
};

export type Reading = {
  id: Scalars['ID']['output'];
};

/** Another bill that would be right by now. */
export type RebillProposal = {
  agreement: Agreement;
  /** The bill that it would cancel. */
  bill: Bill;
  changedDays: Array<ChangedDay>;
  currency: Scalars['String']['output'];
  customer: Customer;
  decidedBy?: Maybe<Scalars['String']['output']>;
  determinants: Array<BillingDeterminant>;
  /** total less previousTotal; the differences of the lines add up to it exactly. */
  difference: Scalars['Decimal']['output'];
  id: Scalars['ID']['output'];
  lineDifferences: Array<LineDifference>;
  /** Of the proposed bill. */
  lines: Array<BillLine>;
  /** Exclusive. */
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  previousTotal: Scalars['Decimal']['output'];
  proposedAt: Scalars['DateTime']['output'];
  proposedBy: Scalars['String']['output'];
  /** Why it was issued or dismissed, as whoever did so says. */
  reason?: Maybe<Scalars['String']['output']>;
  segments: Array<BillSegment>;
  status: RebillStatus;
  total: Scalars['Decimal']['output'];
  usagePoint: UsagePoint;
};

export type RebillProposalConnection = {
  edges: Array<RebillProposalEdge>;
  nodes: Array<RebillProposal>;
  pageInfo: PageInfo;
};

export type RebillProposalEdge = {
  cursor: Scalars['String']['output'];
  node: RebillProposal;
};

export type RebillStatus =
  | 'DISMISSED'
  | 'ISSUED'
  /** The bill was right again, or what the rebill would have rested on could not be billed. */
  | 'LAPSED'
  | 'OPEN'
  /** A later proposal took its place. */
  | 'REPLACED';

export type Tariff = {
  currency: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  serviceKind: Scalars['String']['output'];
  /** What it rates: kWh or m3. */
  unit: Scalars['String']['output'];
};

export type UsagePoint = {
  /** Latest first. */
  bills: Array<Bill>;
  id: Scalars['ID']['output'];
};


export type UsagePointBillsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};
