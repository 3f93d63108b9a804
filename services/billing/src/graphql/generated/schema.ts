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

export type AccountBalance = {
  /** What is open on bills less credit: above zero the customer owes, below he has money coming. */
  balance: Scalars['Decimal']['output'];
  /** Paid, and taken by no bill yet. */
  credit: Scalars['Decimal']['output'];
  currency: Scalars['String']['output'];
  /** Held as a security; not part of the balance. */
  deposits: Scalars['Decimal']['output'];
  /** Of that, after the last day to pay. */
  overdue: Scalars['Decimal']['output'];
  /** Open on bills. */
  receivable: Scalars['Decimal']['output'];
};

export type AgreeInstalmentPlanInput = {
  /** Of one customer and in one currency. */
  billIds: Array<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
  /** In order of their dates; they add up to what is open on the bills. */
  instalments: Array<InstalmentInput>;
  reason: Scalars['String']['input'];
};

export type Agreement = {
  id: Scalars['ID']['output'];
  /** Credit paid before use; absent where the agreement is not prepaid, or nothing was paid or drawn yet. */
  prepayment?: Maybe<Prepayment>;
};

export type AssignPaymentInput = {
  /** Or a customer. */
  billId?: InputMaybe<Scalars['ID']['input']>;
  customerId?: InputMaybe<Scalars['ID']['input']>;
  reason: Scalars['String']['input'];
  reference: Scalars['ID']['input'];
};

export type Bill = {
  agreement: Agreement;
  /** What is open on it, late fee included; below zero: credit. Null in the moment after it was issued. */
  balance?: Maybe<Scalars['Decimal']['output']>;
  cancellation?: Maybe<BillCancellation>;
  currency: Scalars['String']['output'];
  customer: Customer;
  determinants: Array<BillingDeterminant>;
  /** The request for disconnection that stands because of it. People decide about it at control. */
  disconnectionRequestId?: Maybe<Scalars['ID']['output']>;
  /** Latest first. */
  disputes: Array<BillDispute>;
  /** To read, to print and to keep. Over HTTP: GET /bills/{id}/document?format=pdf&language=ko */
  document: BillDocument;
  /** The last day to pay. */
  dueOn?: Maybe<Scalars['Date']['output']>;
  /** Steps taken because it was not paid, the first first. */
  dunning: Array<DunningStep>;
  id: Scalars['ID']['output'];
  isDisputed: Scalars['Boolean']['output'];
  issuedAt: Scalars['DateTime']['output'];
  issuedBy: Scalars['String']['output'];
  /** Late fee charged so far, less what was waived. */
  lateFee?: Maybe<Scalars['Decimal']['output']>;
  lines: Array<BillLine>;
  paymentStatus?: Maybe<BillPaymentStatus>;
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
  /** What has paid it. */
  settlements: Array<Settlement>;
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

export type BillPaymentStatus =
  | 'CANCELLED'
  | 'OPEN'
  /** Open after the last day to pay. */
  | 'OVERDUE'
  | 'PAID'
  | 'PARTLY_PAID'
  /** Given up as lost. */
  | 'WRITTEN_OFF';

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

/** A run over all agreements that closes whatever billing cycles are due. */
export type BillRun = {
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Only cycles whose period ends on this date or before it; null: all that are due. */
  dueBy?: Maybe<Scalars['Date']['output']>;
  id: Scalars['ID']['output'];
  /** All of its bills are issued with this time, however long it takes; those after a pause of more than a day with that of its end. */
  issuedAt: Scalars['DateTime']['output'];
  progress: BillRunProgress;
  reason: Scalars['String']['output'];
  startedBy: Scalars['String']['output'];
  status: BillRunStatus;
};

export type BillRunConnection = {
  edges: Array<BillRunEdge>;
  nodes: Array<BillRun>;
  pageInfo: PageInfo;
};

export type BillRunEdge = {
  cursor: Scalars['String']['output'];
  node: BillRun;
};

export type BillRunFailure = {
  agreement: Agreement;
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type BillRunFailureCount = {
  code: Scalars['String']['output'];
  count: Scalars['Int']['output'];
};

export type BillRunProgress = {
  /** Known when the run began; 0 in the moment before they are counted. */
  agreements: Scalars['Int']['output'];
  /** Cycles whose bill the run has issued. */
  billed: Scalars['Int']['output'];
  /** Since the run began, pauses included; null before anything is done. */
  billsPerSecond?: Maybe<Scalars['Float']['output']>;
  /** Of them those that have been gone through. */
  done: Scalars['Int']['output'];
  /** Agreements that a fault of the program kept from being billed, by its code. */
  failed: Array<BillRunFailureCount>;
  /** The first hundred of them. */
  failures: Array<BillRunFailure>;
  /** Cycles that are held; billingExceptions says why. */
  held: Scalars['Int']['output'];
  /** Agreements none of whose cycles were due. */
  unchanged: Scalars['Int']['output'];
};

export type BillRunStatus =
  /** Has gone through all agreements. */
  | 'COMPLETED'
  | 'PAUSED'
  | 'RUNNING';

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
  /** Why it cannot be billed; of one that is billed, for staff alone: why what has changed since cannot be. */
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

export type ComparedUsage = {
  daysMissing: Scalars['Int']['output'];
  /** Exclusive. */
  periodEnd: Scalars['Date']['output'];
  periodStart: Scalars['Date']['output'];
  /** Of the days that are there; absent where there is none. */
  quantity?: Maybe<Scalars['Decimal']['output']>;
  unit: Scalars['String']['output'];
};

export type CreditSource =
  | 'BILL'
  | 'DEPOSIT'
  | 'PAYMENT'
  | 'PREPAYMENT';

export type Customer = {
  /** By currency. */
  balances: Array<AccountBalance>;
  deposits: Array<Deposit>;
  disconnectionProtection?: Maybe<DisconnectionProtection>;
  id: Scalars['ID']['output'];
  instalmentPlans: Array<InstalmentPlan>;
  /** Latest first. */
  ledger: LedgerEntryConnection;
  /** Latest first. */
  payments: PaymentConnection;
};


export type CustomerLedgerArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type CustomerPaymentsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type Deposit = {
  currency: Scalars['String']['output'];
  customer: Customer;
  /** Held now, interest included. */
  held: Scalars['Decimal']['output'];
  id: Scalars['ID']['output'];
  /** Credited so far. */
  interest: Scalars['Decimal']['output'];
  method: Scalars['String']['output'];
  receivedOn: Scalars['Date']['output'];
};

/** One local day that a determinant rests on. */
export type DeterminantDay = {
  date: Scalars['Date']['output'];
  estimatedIntervals: Scalars['Int']['output'];
  /** The LoadProfileValidated event that was used. */
  eventId: Scalars['ID']['output'];
  /** Position of that event in the log of ingestion; null in bills of before it was kept. */
  eventPosition?: Maybe<Scalars['String']['output']>;
  missingIntervals: Scalars['Int']['output'];
  quantity: Scalars['Decimal']['output'];
  readings: Array<Reading>;
  suspectIntervals: Scalars['Int']['output'];
  /** Version of the validated day that was used. */
  version: Scalars['Int']['output'];
};

export type DisconnectionProtection = {
  customer: Customer;
  grantedBy: Scalars['String']['output'];
  reason: Scalars['String']['output'];
  /** Exclusive; null: until it is ended. */
  until?: Maybe<Scalars['Date']['output']>;
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

export type DunningStep = {
  /** What was open. */
  amount: Scalars['Decimal']['output'];
  reason: Scalars['String']['output'];
  /** As the policy names it. */
  step: Scalars['String']['output'];
  takenBy: Scalars['String']['output'];
  takenOn: Scalars['Date']['output'];
};

export type GasQualityDay = {
  atmosphericPressureKPa?: Maybe<Scalars['Decimal']['output']>;
  /** Superior, MJ per standard cubic metre. */
  calorificValue: Scalars['Decimal']['output'];
  date: Scalars['Date']['output'];
  recordedAt: Scalars['DateTime']['output'];
  recordedBy: Scalars['String']['output'];
  temperatureC?: Maybe<Scalars['Decimal']['output']>;
};

export type GasQualityDayInput = {
  /** Left out: as the tariff says. */
  atmosphericPressureKPa?: InputMaybe<Scalars['Decimal']['input']>;
  /** Superior, MJ per standard cubic metre. */
  calorificValue: Scalars['Decimal']['input'];
  date: Scalars['Date']['input'];
  /** At the meters, in °C; left out: as the tariff says. */
  temperatureC?: InputMaybe<Scalars['Decimal']['input']>;
};

export type HoldReason = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type Instalment = {
  amount: Scalars['Decimal']['output'];
  dueOn: Scalars['Date']['output'];
};

export type InstalmentInput = {
  amount: Scalars['Decimal']['input'];
  dueOn: Scalars['Date']['input'];
};

export type InstalmentPlan = {
  agreedBy: Scalars['String']['output'];
  agreedOn: Scalars['Date']['output'];
  bills: Array<PlannedBill>;
  currency: Scalars['String']['output'];
  customer: Customer;
  endReason?: Maybe<Scalars['String']['output']>;
  endedOn?: Maybe<Scalars['Date']['output']>;
  id: Scalars['ID']['output'];
  instalments: Array<Instalment>;
  reason: Scalars['String']['output'];
  status: InstalmentPlanStatus;
};

export type InstalmentPlanStatus =
  | 'ACTIVE'
  | 'CANCELLED'
  /** An instalment was not paid in time; the bills are dunned again. */
  | 'DEFAULTED'
  /** All is paid. */
  | 'KEPT';

/** Of one event, in debits (above zero) and credits (below) that add up to zero. */
export type LedgerEntry = {
  /** What he owed afterwards, in that currency. */
  balance: Scalars['Decimal']['output'];
  bill?: Maybe<Bill>;
  bookedAt: Scalars['DateTime']['output'];
  bookedBy?: Maybe<Scalars['String']['output']>;
  /** What the customer owed more by it, or less, on the whole: open bills less his credit. */
  change: Scalars['Decimal']['output'];
  currency: Scalars['String']['output'];
  description: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  /** The event that it is for, such as BillIssued. */
  kind: Scalars['String']['output'];
  postings: Array<Posting>;
};

export type LedgerEntryConnection = {
  edges: Array<LedgerEntryEdge>;
  nodes: Array<LedgerEntry>;
  pageInfo: PageInfo;
};

export type LedgerEntryEdge = {
  cursor: Scalars['String']['output'];
  node: LedgerEntry;
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

export type MonthlyCost = {
  periodStart: Scalars['Date']['output'];
  refusal?: Maybe<RatingRefusal>;
  total?: Maybe<Scalars['Decimal']['output']>;
};

export type Mutation = {
  /** Open bills are paid in parts on agreed dates; as long as that is kept, no late fee is added and nobody is dunned. */
  agreeInstalmentPlan: InstalmentPlan;
  /** Pays a bill from the deposit, as much as is open and held; without a bill: the oldest first. */
  applyDeposit: Deposit;
  /** What the daily run does, now: late fees, instalment plans, interest on deposits and dunning. Does nothing twice. For supervisors. */
  assessReceivables: ReceivablesAssessment;
  /** Says whose a payment in suspense is: a bill's or a customer's. */
  assignPayment: Payment;
  cancelInstalmentPlan: InstalmentPlan;
  /** Looks now whether the bill of a period is still right, such as after a change of tariff files; proposes another where it is not. */
  checkForRebill: BillingCycle;
  /** Fixes the determinants of a period that is over, rates them and issues the bill; holds it, with reasons, where something prevents that. */
  closeBillingCycle: BillingCycle;
  /** Leaves the bill as it is. */
  dismissRebill: RebillProposal;
  /** Says that a bill is wrong: for its customer, and for staff on his behalf. */
  disputeBill: Bill;
  /** For supervisors. */
  endDisconnectionProtection: Customer;
  /** Looks now for usage that no agreement covers, which is done hourly; answers how many usage points and months are in the queue for it. */
  findUnbilledUsage: Scalars['Int']['output'];
  /** Cancels the bill and issues the proposed one in its place, both at once. Refused where what it rests on has changed since. */
  issueRebill: BillingCycle;
  /** What is under way is finished; the rest waits. */
  pauseBillRun: BillRun;
  /** No disconnection of the customer is asked for until that day, or until it is ended. For supervisors. */
  protectFromDisconnection: DisconnectionProtection;
  receiveDeposit: Deposit;
  /**
   * Tells what the gas of an area was on some days; of a day that was told before, what holds from now on. Gas is billed by it where the
   * agreement has the attribute `gas-area`; a day without calorific value holds the cycle. For staff.
   */
  recordGasQuality: Array<GasQualityDay>;
  /** A repeat with the same particulars is the same payment. Money of which nobody knows whose it is waits in suspense. */
  recordPayment: Payment;
  /** Up to 1000; one that is refused does not hold up the others. */
  recordPayments: Array<RecordedPayment>;
  /** Without an amount: all that is held. For supervisors. */
  refundDeposit: Deposit;
  /** Gives back credit that is left once the prepayment has ended and its last bill is issued; without an amount all of it. Supervisors only. */
  refundPrepayment: Prepayment;
  /**
   * Takes responsibility for billing in spite of suspect or estimated readings or a negative total, as they are now: the cycle can
   * then be closed. Where readings change so that the reasons do, it is held again. For supervisors.
   */
  releaseHold: BillingCycle;
  /** Answers a dispute. What follows from it, such as a corrected reading, is decided by itself. */
  resolveDispute: Bill;
  resumeBillRun: BillRun;
  /** The money went back, such as a transfer that bounced: what it paid is open again. */
  reversePayment: Payment;
  /**
   * Closes all billing cycles that are due: those of every agreement whose period is over and which have no bill, or with dueBy only
   * those whose period ends on that date or before it. Works in the background; billRun says how far it is.
   */
  startBillRun: BillRun;
  /** Credits a prepaid agreement. A reference is credited once: a repeat with the same particulars is the same top-up. */
  topUp: Prepayment;
  /** Without an amount: all of it. For supervisors. */
  waiveLateFee: Bill;
  /** Gives up what is open on a bill. For supervisors. */
  writeOffBill: Bill;
};


export type MutationAgreeInstalmentPlanArgs = {
  input: AgreeInstalmentPlanInput;
};


export type MutationApplyDepositArgs = {
  billId: InputMaybe<Scalars['ID']['input']>;
  id: Scalars['ID']['input'];
};


export type MutationAssignPaymentArgs = {
  input: AssignPaymentInput;
};


export type MutationCancelInstalmentPlanArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
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


export type MutationEndDisconnectionProtectionArgs = {
  customerId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationIssueRebillArgs = {
  proposalId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationPauseBillRunArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationProtectFromDisconnectionArgs = {
  customerId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  until: InputMaybe<Scalars['Date']['input']>;
};


export type MutationReceiveDepositArgs = {
  input: ReceiveDepositInput;
};


export type MutationRecordGasQualityArgs = {
  area: Scalars['ID']['input'];
  days: Array<GasQualityDayInput>;
};


export type MutationRecordPaymentArgs = {
  input: RecordPaymentInput;
};


export type MutationRecordPaymentsArgs = {
  payments: Array<RecordPaymentInput>;
};


export type MutationRefundDepositArgs = {
  amount: InputMaybe<Scalars['Decimal']['input']>;
  id: Scalars['ID']['input'];
  method: Scalars['String']['input'];
  reason: Scalars['String']['input'];
};


export type MutationRefundPrepaymentArgs = {
  agreementId: Scalars['ID']['input'];
  amount: InputMaybe<Scalars['Decimal']['input']>;
  method: Scalars['String']['input'];
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


export type MutationResumeBillRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationReversePaymentArgs = {
  reason: Scalars['String']['input'];
  reference: Scalars['ID']['input'];
};


export type MutationStartBillRunArgs = {
  dueBy: InputMaybe<Scalars['Date']['input']>;
  reason: Scalars['String']['input'];
};


export type MutationTopUpArgs = {
  input: TopUpInput;
};


export type MutationWaiveLateFeeArgs = {
  amount: InputMaybe<Scalars['Decimal']['input']>;
  billId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationWriteOffBillArgs = {
  billId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Payment = {
  accountReference?: Maybe<Scalars['String']['output']>;
  amount: Scalars['Decimal']['output'];
  /** The bill that it is for first. */
  bill?: Maybe<Bill>;
  currency: Scalars['String']['output'];
  /** Whose it is; null in suspense. */
  customer?: Maybe<Customer>;
  /** How it came, such as bank-transfer. */
  method: Scalars['String']['output'];
  receivedOn: Scalars['Date']['output'];
  recordedAt: Scalars['DateTime']['output'];
  recordedBy: Scalars['String']['output'];
  reference: Scalars['ID']['output'];
  reversalReason?: Maybe<Scalars['String']['output']>;
  reversedAt?: Maybe<Scalars['DateTime']['output']>;
  settlements: Array<Settlement>;
  status: PaymentStatus;
  /** Why it waits in suspense. */
  suspense?: Maybe<SuspenseReason>;
  /** What of it pays no bill yet: credit of the customer. */
  unallocated: Scalars['Decimal']['output'];
};

export type PaymentConnection = {
  edges: Array<PaymentEdge>;
  nodes: Array<Payment>;
  pageInfo: PageInfo;
};

export type PaymentEdge = {
  cursor: Scalars['String']['output'];
  node: Payment;
};

export type PaymentRefusal = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type PaymentStatus =
  /** Nobody knows whose it is. */
  | 'IN_SUSPENSE'
  | 'RECEIVED'
  | 'REVERSED';

export type PlannedBill = {
  /** What was open on it. */
  amount: Scalars['Decimal']['output'];
  bill: Bill;
};

export type Posting = {
  account: Scalars['String']['output'];
  amount: Scalars['Decimal']['output'];
};

/** Credit paid before use. The usage of each day is drawn as soon as its readings are complete; the draws of a billing period add up to its bill. */
export type Prepayment = {
  agreement: Agreement;
  /** Below zero where more was used than paid for. */
  balance: Scalars['Decimal']['output'];
  currency: Scalars['String']['output'];
  /** Whole days that the balance lasts at the rate of the last ones. */
  daysLeft?: Maybe<Scalars['Int']['output']>;
  /** A disconnection is asked for no earlier, of an exhausted balance: nights, weekends and holidays are protected. */
  disconnectableFrom?: Maybe<Scalars['DateTime']['output']>;
  /** People have been asked to decide on it. */
  disconnectionRequested: Scalars['Boolean']['output'];
  /** What the days of the period that are drawn come to on the tariff. */
  drawn: Scalars['Decimal']['output'];
  /** The last of them. */
  drawnUntil?: Maybe<Scalars['Date']['output']>;
  /** What changed the balance, in all periods, latest first. */
  entries: PrepaymentEntryConnection;
  /** Nothing is left, emergency credit included. */
  exhausted: Scalars['Boolean']['output'];
  lowBalance: Scalars['Boolean']['output'];
  /** Exclusive. */
  periodEnd: Scalars['Date']['output'];
  /** Of the billing period that runs. */
  periodStart: Scalars['Date']['output'];
  usesEmergencyCredit: Scalars['Boolean']['output'];
  /** Why days that are over are not drawn. */
  waitingFor?: Maybe<HoldReason>;
};


/** Credit paid before use. The usage of each day is drawn as soon as its readings are complete; the draws of a billing period add up to its bill. */
export type PrepaymentEntriesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type PrepaymentEntry = {
  /** What the balance grew by: below zero where it was drawn. */
  amount: Scalars['Decimal']['output'];
  balance: Scalars['Decimal']['output'];
  /** Of a day's usage. */
  date?: Maybe<Scalars['Date']['output']>;
  kind: PrepaymentEntryKind;
  recordedAt: Scalars['DateTime']['output'];
  /** Of a top-up; of a settlement the bill's id. */
  reference?: Maybe<Scalars['String']['output']>;
  /** Of draws: what the period comes to up to then. */
  toDateTotal?: Maybe<Scalars['Decimal']['output']>;
};

export type PrepaymentEntryConnection = {
  edges: Array<PrepaymentEntryEdge>;
  nodes: Array<PrepaymentEntry>;
  pageInfo: PageInfo;
};

export type PrepaymentEntryEdge = {
  cursor: Scalars['String']['output'];
  node: PrepaymentEntry;
};

export type PrepaymentEntryKind =
  /** Days that had been drawn have changed. */
  | 'CORRECTION'
  /** One more day. */
  | 'DAILY_USAGE'
  /** Credit that was left went back. */
  | 'REFUND'
  /** The bill of a period differed from what was drawn for it. */
  | 'SETTLEMENT'
  | 'TOP_UP';

export type Query = {
  /** By currency. */
  accountBalances: Array<AccountBalance>;
  /** As it is; or as it was at an instant: null where it was not issued yet. */
  bill?: Maybe<Bill>;
  /** The bill of a period that counted at an instant; null where none did. */
  billAsOf?: Maybe<Bill>;
  /** For staff. */
  billRun?: Maybe<BillRun>;
  /** Latest first. For staff. */
  billRuns: BillRunConnection;
  billingCycles: BillingCycleConnection;
  /** What somebody has to look at, latest first: held cycles, usage that nobody pays for, and the like. For staff. */
  billingExceptions: BillingExceptionConnection;
  bills: BillConnection;
  /**
   * What the last whole billing months of an agreement cost on its own tariff, and would have cost on others, with the code that
   * bills: on those of the same publisher, service and customer class, or on those named. Other terms are those of today. Days without
   * readings are left out for every tariff alike. For the customer of the agreement and staff.
   */
  compareTariffs: TariffComparison;
  deposit?: Maybe<Deposit>;
  /** What the gas of an area was on each day that is known, from a date to, without, another. For staff. */
  gasQuality: Array<GasQualityDay>;
  instalmentPlan?: Maybe<InstalmentPlan>;
  /** What happened to the customer's money, latest first. */
  ledger: LedgerEntryConnection;
  payment?: Maybe<Payment>;
  /** Latest first. A customer sees his own; in suspense: those of which nobody knows whose they are, for staff. */
  payments: PaymentConnection;
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


export type QueryAccountBalancesArgs = {
  customerId: Scalars['ID']['input'];
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


export type QueryBillRunArgs = {
  id: Scalars['ID']['input'];
};


export type QueryBillRunsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
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


export type QueryCompareTariffsArgs = {
  agreementId: Scalars['ID']['input'];
  months?: InputMaybe<Scalars['Int']['input']>;
  tariffIds: InputMaybe<Array<Scalars['ID']['input']>>;
};


export type QueryDepositArgs = {
  id: Scalars['ID']['input'];
};


export type QueryGasQualityArgs = {
  area: Scalars['ID']['input'];
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
};


export type QueryInstalmentPlanArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLedgerArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  customerId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryPaymentArgs = {
  reference: Scalars['ID']['input'];
};


export type QueryPaymentsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  customerId: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  inSuspense?: InputMaybe<Scalars['Boolean']['input']>;
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

export type RatingRefusal = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
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

/** What a run has done; all counts are 0 where it was all done before. */
export type ReceivablesAssessment = {
  billsLookedAt: Scalars['Int']['output'];
  depositsCredited: Scalars['Int']['output'];
  disconnectionRequestsWithdrawn: Scalars['Int']['output'];
  disconnectionsRequested: Scalars['Int']['output'];
  dunningStepsTaken: Scalars['Int']['output'];
  instalmentPlansEnded: Scalars['Int']['output'];
  lateFeesCharged: Scalars['Int']['output'];
};

export type ReceiveDepositInput = {
  amount: Scalars['Decimal']['input'];
  currency: Scalars['String']['input'];
  customerId: Scalars['ID']['input'];
  /** A repeat with the same particulars is the same deposit. */
  id: Scalars['ID']['input'];
  method: Scalars['String']['input'];
  receivedOn: Scalars['Date']['input'];
};

export type RecordPaymentInput = {
  /** A customer or an agreement, where no bill is named. */
  accountReference?: InputMaybe<Scalars['String']['input']>;
  amount: Scalars['Decimal']['input'];
  billId?: InputMaybe<Scalars['ID']['input']>;
  /** ISO 4217 */
  currency: Scalars['String']['input'];
  /** Lower-case words, such as bank-transfer. */
  method: Scalars['String']['input'];
  receivedOn: Scalars['Date']['input'];
  /** The payer's or the bank's: every payment has one of its own. */
  reference: Scalars['ID']['input'];
};

/** Either the payment or why it was refused. */
export type RecordedPayment = {
  payment?: Maybe<Payment>;
  reference: Scalars['ID']['output'];
  refusal?: Maybe<PaymentRefusal>;
};

/** What paid a bill, or a part of it. */
export type Settlement = {
  /** Negative on a bill that gave its credit to another. */
  amount: Scalars['Decimal']['output'];
  bill: Bill;
  source: CreditSource;
  /** Reference of the payment, id of the deposit, the prepaid agreement, or the bill whose credit it was. */
  sourceId: Scalars['ID']['output'];
  /** From that day on it was no longer owed. */
  valueOn: Scalars['Date']['output'];
};

export type SuspenseReason = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type Tariff = {
  currency: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  serviceKind: Scalars['String']['output'];
  /** What it rates: kWh or m3. */
  unit: Scalars['String']['output'];
};

export type TariffComparison = {
  agreement: Agreement;
  /** On the tariff that the agreement has. */
  current: TariffCost;
  /** In all the months. */
  daysMissing: Scalars['Int']['output'];
  from: Scalars['Date']['output'];
  /** Whole billing months, in order of time; those without any reading are not compared. */
  months: Array<ComparedUsage>;
  /** The cheapest first; then those that cannot rate some of the months, then those that can rate none. */
  results: Array<TariffCost>;
  /** Exclusive. */
  to: Scalars['Date']['output'];
};

export type TariffCost = {
  currency: Scalars['String']['output'];
  /** More than the present tariff over the months that both can rate, below zero: less. Absent where there is no such month. */
  difference?: Maybe<Scalars['Decimal']['output']>;
  months: Array<MonthlyCost>;
  name: Scalars['String']['output'];
  /** Why the first of the months that it cannot rate cannot be rated. */
  refusal?: Maybe<RatingRefusal>;
  tariffId: Scalars['ID']['output'];
  /** Of the months that the tariff can rate; absent where it can rate none. */
  total?: Maybe<Scalars['Decimal']['output']>;
};

export type TopUpInput = {
  agreementId: Scalars['ID']['input'];
  amount: Scalars['Decimal']['input'];
  /** ISO 4217. */
  currency: Scalars['String']['input'];
  /** Now where absent. */
  receivedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The payer's, the bank's or the vending system's. */
  reference: Scalars['ID']['input'];
};

export type UsagePoint = {
  /** Latest first. */
  bills: Array<Bill>;
  id: Scalars['ID']['output'];
};


export type UsagePointBillsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};
