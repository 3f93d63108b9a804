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
  currency: Scalars['String']['output'];
  customer: Customer;
  determinants: Array<BillingDeterminant>;
  id: Scalars['ID']['output'];
  issuedAt: Scalars['DateTime']['output'];
  issuedBy: Scalars['String']['output'];
  lines: Array<BillLine>;
  /** Exclusive. */
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  tariffId: Scalars['String']['output'];
  /** The amounts of the lines add up to it exactly. */
  total: Scalars['Decimal']['output'];
  usagePoint: UsagePoint;
};

export type BillConnection = {
  edges: Array<BillEdge>;
  nodes: Array<Bill>;
  pageInfo: PageInfo;
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
  tariffId: Scalars['String']['output'];
  total: Scalars['Decimal']['output'];
};

export type BillingCycle = {
  agreement: Agreement;
  bill?: Maybe<Bill>;
  holdReasons: Array<HoldReason>;
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
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
  | 'HELD'
  | 'OPEN';

export type BillingDeterminant = {
  code: Scalars['String']['output'];
  days: Array<DeterminantDay>;
  quantity: Scalars['Decimal']['output'];
  unit: Scalars['String']['output'];
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

export type HoldReason = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type Mutation = {
  /** Fixes the determinants of a period that is over, rates them and issues the bill; holds it, with reasons, where readings are missing. */
  closeBillingCycle: BillingCycle;
};


export type MutationCloseBillingCycleArgs = {
  agreementId: Scalars['ID']['input'];
  periodStart: Scalars['Date']['input'];
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  bill?: Maybe<Bill>;
  billingCycles: BillingCycleConnection;
  bills: BillConnection;
  /**
   * What a bill would be, without issuing it: the validated days that are there, rated for the whole period. Days without
   * readings are left out of the determinants, so a running or incomplete period shows less than its bill will.
   */
  previewBill: BillPreview;
  tariffs: Array<Tariff>;
};


export type QueryBillArgs = {
  id: Scalars['ID']['input'];
};


export type QueryBillingCyclesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status: InputMaybe<BillingCycleStatus>;
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

export type Reading = {
  id: Scalars['ID']['output'];
};

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
