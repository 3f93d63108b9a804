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
  /** Months of a billing period, counted from the one that the agreement begins in. */
  billingMonths: Scalars['Int']['output'];
  customer: Customer;
  /** The first day that it no longer covers. */
  endsOn?: Maybe<Scalars['Date']['output']>;
  id: Scalars['ID']['output'];
  insight?: Maybe<UsageInsight>;
  startsOn: Scalars['Date']['output'];
  /** In force today; before its first day that which it starts with. */
  tariffId: Scalars['String']['output'];
  /** What is agreed on the price, in order of the days from which on it holds. */
  terms: Array<AgreementTerms>;
  usagePoint: UsagePoint;
};

export type AgreementAttribute = {
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

export type AgreementAttributeInput = {
  name: Scalars['String']['input'];
  value: Scalars['String']['input'];
};

export type AgreementConnection = {
  edges: Array<AgreementEdge>;
  nodes: Array<Agreement>;
  pageInfo: PageInfo;
};

export type AgreementDiscount = {
  code: Scalars['String']['output'];
  from?: Maybe<Scalars['Date']['output']>;
  /** Exclusive. */
  to?: Maybe<Scalars['Date']['output']>;
};

export type AgreementDiscountInput = {
  code: Scalars['String']['input'];
  from?: InputMaybe<Scalars['Date']['input']>;
  /** Exclusive. */
  to?: InputMaybe<Scalars['Date']['input']>;
};

export type AgreementEdge = {
  cursor: Scalars['String']['output'];
  node: Agreement;
};

/** Hold from a day on, until those that come next. */
export type AgreementTerms = {
  /** What a tariff asks about the supply. */
  attributes: Array<AgreementAttribute>;
  /** Contract power, kW. */
  contractKw?: Maybe<Scalars['Decimal']['output']>;
  /** What the customer is entitled to, as the tariff names it. */
  discounts: Array<AgreementDiscount>;
  from: Scalars['Date']['output'];
  paymentMode: PaymentMode;
  tariffId: Scalars['String']['output'];
};

/** What is not given stays as it is; a list takes the place of the whole list before. */
export type AgreementTermsChange = {
  attributes?: InputMaybe<Array<AgreementAttributeInput>>;
  /** 0: none any more. */
  contractKw?: InputMaybe<Scalars['Decimal']['input']>;
  discounts?: InputMaybe<Array<AgreementDiscountInput>>;
  paymentMode?: InputMaybe<PaymentMode>;
  tariffId?: InputMaybe<Scalars['String']['input']>;
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
  /**
   * From a day on, until the day of the next change, these are the terms; what is not given stays as it is in force that day. Of two
   * changes for the same day the later counts. In the past it may make bills wrong: billing then proposes others.
   */
  changeAgreementTerms: Agreement;
  endAgreement: Agreement;
  registerCustomer: Customer;
  startAgreement: Agreement;
};


export type MutationChangeAgreementTermsArgs = {
  change: AgreementTermsChange;
  from: Scalars['Date']['input'];
  id: Scalars['ID']['input'];
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

export type PaymentMode =
  /** Usage is billed and paid afterwards. */
  | 'POSTPAID'
  /** Usage is drawn from a balance that was paid before. */
  | 'PREPAID';

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
  attributes?: InputMaybe<Array<AgreementAttributeInput>>;
  billingDay?: InputMaybe<Scalars['Int']['input']>;
  /** 1, 2, 3, 6 or 12 */
  billingMonths?: InputMaybe<Scalars['Int']['input']>;
  contractKw?: InputMaybe<Scalars['Decimal']['input']>;
  customerId: Scalars['ID']['input'];
  discounts?: InputMaybe<Array<AgreementDiscountInput>>;
  id?: InputMaybe<Scalars['ID']['input']>;
  paymentMode?: InputMaybe<PaymentMode>;
  startsOn: Scalars['Date']['input'];
  tariffId: Scalars['String']['input'];
  usagePointId: Scalars['ID']['input'];
};

/**
 * The running billing period: what was used so far, what a bill of it would come to, as `previewBill` has it, and what both will
 * come to if it goes on like this. No cost where billing cannot tell.
 */
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
