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

/** Who pays for which usage point, on which tariff, from when to when. */
export type Agreement = {
  /** Day of the month on which a billing period begins, 1 to 28. */
  billingDay: Scalars['Int']['output'];
  customer: Customer;
  /** The first day that it no longer covers. */
  endsOn?: Maybe<Scalars['Date']['output']>;
  id: Scalars['ID']['output'];
  insight?: Maybe<UsageInsight>;
  startsOn: Scalars['Date']['output'];
  tariffId: Scalars['String']['output'];
  usagePoint: UsagePoint;
};

export type AgreementConnection = {
  edges: Array<AgreementEdge>;
  nodes: Array<Agreement>;
  pageInfo: PageInfo;
};

export type AgreementEdge = {
  cursor: Scalars['String']['output'];
  node: Agreement;
};

export type Customer = {
  agreements: Array<Agreement>;
  email?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  language: Scalars['String']['output'];
  name: Scalars['String']['output'];
};

export type CustomerConnection = {
  edges: Array<CustomerEdge>;
  nodes: Array<Customer>;
  pageInfo: PageInfo;
};

export type CustomerEdge = {
  cursor: Scalars['String']['output'];
  node: Customer;
};

export type Mutation = {
  endAgreement: Agreement;
  registerCustomer: Customer;
  startAgreement: Agreement;
};


export type MutationEndAgreementArgs = {
  endsOn: Scalars['Date']['input'];
  id: Scalars['ID']['input'];
};


export type MutationRegisterCustomerArgs = {
  input: RegisterCustomerInput;
};


export type MutationStartAgreementArgs = {
  input: StartAgreementInput;
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  agreement?: Maybe<Agreement>;
  agreements: AgreementConnection;
  /** The customer of that identifier; without one, the customer who asks. */
  customer?: Maybe<Customer>;
  customers: CustomerConnection;
};


export type QueryAgreementArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAgreementsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryCustomerArgs = {
  id: InputMaybe<Scalars['ID']['input']>;
};


export type QueryCustomersArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type RegisterCustomerInput = {
  email?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
  language?: InputMaybe<Scalars['String']['input']>;
  name: Scalars['String']['input'];
};

export type StartAgreementInput = {
  billingDay?: InputMaybe<Scalars['Int']['input']>;
  customerId: Scalars['ID']['input'];
  id?: InputMaybe<Scalars['ID']['input']>;
  startsOn: Scalars['Date']['input'];
  tariffId: Scalars['String']['input'];
  usagePointId: Scalars['ID']['input'];
};

/** The running billing period: what was used so far, what it costs so far, and what it will come to. */
export type UsageInsight = {
  cost?: Maybe<Scalars['Decimal']['output']>;
  currency?: Maybe<Scalars['String']['output']>;
  daysInPeriod: Scalars['Int']['output'];
  /** Days of the period with readings. */
  daysMeasured: Scalars['Int']['output'];
  forecastCost?: Maybe<Scalars['Decimal']['output']>;
  forecastUsage?: Maybe<Scalars['Decimal']['output']>;
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  unit: Scalars['String']['output'];
  usage: Scalars['Decimal']['output'];
};

export type UsagePoint = {
  /** The agreement in force today. */
  agreement?: Maybe<Agreement>;
  id: Scalars['ID']['output'];
};
