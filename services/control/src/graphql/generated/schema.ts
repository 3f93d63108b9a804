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

export type Bill = {
  id: Scalars['ID']['output'];
};

export type ControlFailure = {
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type ControlStep = {
  at: Scalars['DateTime']['output'];
  by?: Maybe<Scalars['String']['output']>;
  note?: Maybe<Scalars['String']['output']>;
  status: EndDeviceControlStatus;
};

export type EndDeviceControl = {
  approvedBy?: Maybe<Scalars['String']['output']>;
  /** The unpaid bill that billing asks because of. */
  bill?: Maybe<Bill>;
  expiresAt: Scalars['DateTime']['output'];
  /** Code and words of a failure or rejection. */
  failure?: Maybe<ControlFailure>;
  history: Array<ControlStep>;
  id: Scalars['ID']['output'];
  kind: EndDeviceControlKind;
  meter: Meter;
  reason: Scalars['String']['output'];
  requestedAt: Scalars['DateTime']['output'];
  /** A person, or billing where a bill is not paid. */
  requestedBy: Scalars['String']['output'];
  status: EndDeviceControlStatus;
  usagePoint: UsagePoint;
};

export type EndDeviceControlConnection = {
  edges: Array<EndDeviceControlEdge>;
  nodes: Array<EndDeviceControl>;
  pageInfo: PageInfo;
};

export type EndDeviceControlEdge = {
  cursor: Scalars['String']['output'];
  node: EndDeviceControl;
};

export type EndDeviceControlKind =
  | 'REMOTE_DISCONNECT'
  | 'REMOTE_RECONNECT';

export type EndDeviceControlStatus =
  | 'APPROVED'
  | 'CONFIRMED'
  | 'EXPIRED'
  | 'FAILED'
  | 'REJECTED'
  | 'REQUESTED'
  | 'SENT';

export type Meter = {
  serialNumber: Scalars['String']['output'];
};

export type Mutation = {
  /** By a supervisor who is not the one who asked. */
  approveEndDeviceControl: EndDeviceControl;
  rejectEndDeviceControl: EndDeviceControl;
  requestRemoteDisconnect: EndDeviceControl;
  requestRemoteReconnect: EndDeviceControl;
};


export type MutationApproveEndDeviceControlArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRejectEndDeviceControlArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationRequestRemoteDisconnectArgs = {
  input: RequestControlInput;
};


export type MutationRequestRemoteReconnectArgs = {
  input: RequestControlInput;
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  endDeviceControl?: Maybe<EndDeviceControl>;
  endDeviceControls: EndDeviceControlConnection;
};


export type QueryEndDeviceControlArgs = {
  id: Scalars['ID']['input'];
};


export type QueryEndDeviceControlsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status: InputMaybe<EndDeviceControlStatus>;
  usagePointId: InputMaybe<Scalars['ID']['input']>;
};

export type RequestControlInput = {
  /** Left out: 24 hours from now. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** A repeat with the same key is the same request. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  usagePointId: Scalars['ID']['input'];
};

export type SwitchPosition =
  | 'CONNECTED'
  | 'DISCONNECTED'
  /** Never read back, or a command was sent whose outcome is not known. */
  | 'UNKNOWN';

/** What is known of the supply switch: the state that was last read back from the meter. */
export type SwitchState = {
  /** A control that is under way. */
  pending?: Maybe<EndDeviceControl>;
  /** When the meter said so; null where it never was read. */
  readAt?: Maybe<Scalars['DateTime']['output']>;
  state: SwitchPosition;
};

export type UsagePoint = {
  id: Scalars['ID']['output'];
  switchState: SwitchState;
};
