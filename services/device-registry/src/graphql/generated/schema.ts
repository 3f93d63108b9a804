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

export type Channel = {
  intervalSeconds: Scalars['Int']['output'];
  obis: Scalars['String']['output'];
  /** Code of the reading type, e.g. active-energy-import: the argument of loadProfile. */
  readingType: Scalars['String']['output'];
  unit: Scalars['String']['output'];
};

export type ChannelInput = {
  intervalSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Left out: the standard code of the reading type. */
  obis?: InputMaybe<Scalars['String']['input']>;
  readingType: Scalars['String']['input'];
};

export type Concentrator = {
  id: Scalars['ID']['output'];
  manufacturer: Scalars['String']['output'];
  meters: Array<Meter>;
  networkAddress: Scalars['String']['output'];
};

export type ConcentratorConnection = {
  edges: Array<ConcentratorEdge>;
  nodes: Array<Concentrator>;
  pageInfo: PageInfo;
};

export type ConcentratorEdge = {
  cursor: Scalars['String']['output'];
  node: Concentrator;
};

export type ExchangeMeterInput = {
  exchangedAt: Scalars['DateTime']['input'];
  installRegisterReads?: InputMaybe<Array<RegisterReadInput>>;
  newSerialNumber: Scalars['String']['input'];
  oldSerialNumber: Scalars['String']['input'];
  removeRegisterReads?: InputMaybe<Array<RegisterReadInput>>;
  usagePointId: Scalars['ID']['input'];
};

export type InstallMeterInput = {
  installedAt: Scalars['DateTime']['input'];
  registerReads?: InputMaybe<Array<RegisterReadInput>>;
  serialNumber: Scalars['String']['input'];
  usagePointId: Scalars['ID']['input'];
};

export type Installation = {
  installRegisterReads: Array<RegisterReadValue>;
  installedAt: Scalars['DateTime']['output'];
  meter: Meter;
  removeRegisterReads: Array<RegisterReadValue>;
  removedAt?: Maybe<Scalars['DateTime']['output']>;
};

export type Meter = {
  channels: Array<Channel>;
  concentrator?: Maybe<Concentrator>;
  dialDigits: Scalars['Int']['output'];
  /** Whether keys are set; the keys themselves are never shown. */
  hasKeys: Scalars['Boolean']['output'];
  manufacturer: Scalars['String']['output'];
  multiplier: Scalars['Decimal']['output'];
  networkAddress?: Maybe<Scalars['String']['output']>;
  serialNumber: Scalars['String']['output'];
  serviceKind: ServiceKind;
  /** DLMS system title, 16 hexadecimal digits. */
  systemTitle?: Maybe<Scalars['String']['output']>;
  usagePoint?: Maybe<UsagePoint>;
};

export type MeterConnection = {
  edges: Array<MeterEdge>;
  nodes: Array<Meter>;
  pageInfo: PageInfo;
};

export type MeterEdge = {
  cursor: Scalars['String']['output'];
  node: Meter;
};

/** Keys are hexadecimal, 32 digits each. */
export type MeterKeysInput = {
  authenticationKey?: InputMaybe<Scalars['String']['input']>;
  encryptionKey: Scalars['String']['input'];
  /** Password of the association that may operate the switch, as text. */
  password?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  assignMeterToConcentrator: Meter;
  /** Removes one meter and installs another at the same instant. */
  exchangeMeter: UsagePoint;
  installMeter: UsagePoint;
  registerConcentrator: Concentrator;
  registerMeter: Meter;
  registerUsagePoint: UsagePoint;
  removeMeter: UsagePoint;
  /** Replaces the keys of a meter. They are sealed at once and can never be read back. */
  setMeterKeys: Meter;
};


export type MutationAssignMeterToConcentratorArgs = {
  concentratorId: Scalars['ID']['input'];
  serialNumber: Scalars['String']['input'];
};


export type MutationExchangeMeterArgs = {
  input: ExchangeMeterInput;
};


export type MutationInstallMeterArgs = {
  input: InstallMeterInput;
};


export type MutationRegisterConcentratorArgs = {
  input: RegisterConcentratorInput;
};


export type MutationRegisterMeterArgs = {
  input: RegisterMeterInput;
};


export type MutationRegisterUsagePointArgs = {
  input: RegisterUsagePointInput;
};


export type MutationRemoveMeterArgs = {
  input: RemoveMeterInput;
};


export type MutationSetMeterKeysArgs = {
  input: SetMeterKeysInput;
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  concentrator?: Maybe<Concentrator>;
  concentrators: ConcentratorConnection;
  meter?: Maybe<Meter>;
  meters: MeterConnection;
  usagePoint?: Maybe<UsagePoint>;
  usagePoints: UsagePointConnection;
};


export type QueryConcentratorArgs = {
  id: Scalars['ID']['input'];
};


export type QueryConcentratorsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMeterArgs = {
  serialNumber: Scalars['String']['input'];
};


export type QueryMetersArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryUsagePointArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUsagePointsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type RegisterConcentratorInput = {
  id?: InputMaybe<Scalars['ID']['input']>;
  manufacturer: Scalars['String']['input'];
  networkAddress: Scalars['String']['input'];
};

export type RegisterMeterInput = {
  channels: Array<ChannelInput>;
  dialDigits?: InputMaybe<Scalars['Int']['input']>;
  keys?: InputMaybe<MeterKeysInput>;
  manufacturer: Scalars['String']['input'];
  multiplier?: InputMaybe<Scalars['Decimal']['input']>;
  /** e.g. dlms-tcp://10.0.0.7:4059?server=1 */
  networkAddress?: InputMaybe<Scalars['String']['input']>;
  serialNumber: Scalars['String']['input'];
  serviceKind: ServiceKind;
  systemTitle?: InputMaybe<Scalars['String']['input']>;
};

export type RegisterReadInput = {
  obis: Scalars['String']['input'];
  unit: Scalars['String']['input'];
  /** Exact, in the unit, e.g. 1234.5 */
  value: Scalars['Decimal']['input'];
};

export type RegisterReadValue = {
  obis: Scalars['String']['output'];
  unit: Scalars['String']['output'];
  /** Exact, scaler applied. */
  value: Scalars['Decimal']['output'];
};

export type RegisterUsagePointInput = {
  address: Scalars['String']['input'];
  feeder?: InputMaybe<Scalars['String']['input']>;
  /** The utility's own identifier; one is made where it is left out. */
  id?: InputMaybe<Scalars['ID']['input']>;
  serviceKind: ServiceKind;
  timeZone: Scalars['String']['input'];
};

export type RemoveMeterInput = {
  registerReads?: InputMaybe<Array<RegisterReadInput>>;
  removedAt: Scalars['DateTime']['input'];
  serialNumber: Scalars['String']['input'];
  usagePointId: Scalars['ID']['input'];
};

export type ServiceKind =
  | 'ELECTRICITY'
  | 'GAS'
  | 'WATER';

export type SetMeterKeysInput = {
  keys: MeterKeysInput;
  serialNumber: Scalars['String']['input'];
};

/** A place that is supplied, metered and billed. */
export type UsagePoint = {
  address: Scalars['String']['output'];
  /** What the installed meters measure. */
  channels: Array<Channel>;
  feeder?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** All installations, latest first. */
  installations: Array<Installation>;
  /** The meters installed now. */
  meters: Array<Meter>;
  serviceKind: ServiceKind;
  /** IANA name; days and billing periods are local to it. */
  timeZone: Scalars['String']['output'];
};

export type UsagePointConnection = {
  edges: Array<UsagePointEdge>;
  nodes: Array<UsagePoint>;
  pageInfo: PageInfo;
};

export type UsagePointEdge = {
  cursor: Scalars['String']['output'];
  node: UsagePoint;
};
