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
  /** What it is called at its usage point, e.g. active-energy-import or active-energy-import:refrigerator: the argument of loadProfile. */
  code: Scalars['String']['output'];
  intervalSeconds: Scalars['Int']['output'];
  obis: Scalars['String']['output'];
  /** Code of the reading type, e.g. active-energy-import. */
  readingType: Scalars['String']['output'];
  /** The part of the supply that it measures; null for the supply itself, and where the meter is installed nowhere. */
  submeter?: Maybe<Scalars['String']['output']>;
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
  /** Where it measures a part of the supply only: what that is called, e.g. refrigerator. Sensors may have a name, too. */
  submeter?: InputMaybe<Scalars['String']['input']>;
  usagePointId: Scalars['ID']['input'];
};

export type Installation = {
  installRegisterReads: Array<RegisterReadValue>;
  installedAt: Scalars['DateTime']['output'];
  meter: Meter;
  removeRegisterReads: Array<RegisterReadValue>;
  removedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The part of the supply that it measures; null for the supply itself. */
  submeter?: Maybe<Scalars['String']['output']>;
};

export type IssueMqttCredentialInput = {
  /** User name and client of the broker: letters, digits, _ and -. */
  client: Scalars['String']['input'];
  /** the concentrator whose meters it speaks for. */
  concentratorId?: InputMaybe<Scalars['ID']['input']>;
  dialect: MqttDialect;
  /** The meter that it is; or */
  serialNumber?: InputMaybe<Scalars['String']['input']>;
};

/** The only time that the password is shown: of it only a hash is kept. */
export type IssuedMqttCredential = {
  client: Scalars['String']['output'];
  credential: MqttCredential;
  password: Scalars['String']['output'];
  /** Filters of the topics at which it may publish. The first bridge of a kind may do so without bridges/{client}/, too. */
  topics: Array<Scalars['String']['output']>;
};

export type Meter = {
  /** How it is called on its networks, as scheme:name, e.g. lorawan:70B3D57ED0000001. For staff. */
  addresses: Array<Scalars['String']['output']>;
  channels: Array<Channel>;
  concentrator?: Maybe<Concentrator>;
  dialDigits: Scalars['Int']['output'];
  /** Whether keys are set; the keys themselves are never shown. */
  hasKeys: Scalars['Boolean']['output'];
  manufacturer: Scalars['String']['output'];
  multiplier: Scalars['Decimal']['output'];
  networkAddress?: Maybe<Scalars['String']['output']>;
  /** What reads its LoRaWAN uplinks. For staff. */
  payloadCodec?: Maybe<Scalars['String']['output']>;
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

export type MqttCredential = {
  client: Scalars['String']['output'];
  concentrator?: Maybe<Concentrator>;
  dialect: MqttDialect;
  issuedAt: Scalars['DateTime']['output'];
  issuedBy: Scalars['String']['output'];
  meter?: Maybe<Meter>;
  revocationReason?: Maybe<Scalars['String']['output']>;
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  revokedBy?: Maybe<Scalars['String']['output']>;
  /** Filters of the topics at which it may publish. The first bridge of a kind may do so without bridges/{client}/, too. */
  topics: Array<Scalars['String']['output']>;
};

export type MqttCredentialConnection = {
  edges: Array<MqttCredentialEdge>;
  nodes: Array<MqttCredential>;
  pageInfo: PageInfo;
};

export type MqttCredentialEdge = {
  cursor: Scalars['String']['output'];
  node: MqttCredential;
};

export type MqttDialect =
  /** ChirpStack v4: a concentrator's. */
  | 'CHIRPSTACK'
  /** Frames of any protocol, at meters/{client}/{protocol}: of one meter, or of any of a concentrator's. */
  | 'FRAMES'
  | 'SHELLY'
  /** A plug with Tasmota. */
  | 'TASMOTA'
  /** The Things Stack v3: a concentrator's. */
  | 'THE_THINGS_STACK'
  /** Zigbee2MQTT: a concentrator's. */
  | 'ZIGBEE2MQTT';

export type Mutation = {
  assignMeterToConcentrator: Meter;
  /** Removes one meter and installs another at the same instant. */
  exchangeMeter: UsagePoint;
  installMeter: UsagePoint;
  /** Lets a device or a concentrator log in at the MQTT broker. Again for the same one: its password is replaced. */
  issueMqttCredential: IssuedMqttCredential;
  registerConcentrator: Concentrator;
  registerMeter: Meter;
  registerUsagePoint: UsagePoint;
  removeMeter: UsagePoint;
  revokeMqttCredential: MqttCredential;
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


export type MutationIssueMqttCredentialArgs = {
  input: IssueMqttCredentialInput;
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


export type MutationRevokeMqttCredentialArgs = {
  client: Scalars['String']['input'];
  reason: Scalars['String']['input'];
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
  /** Logins at the MQTT broker, never their passwords. Operators only. */
  mqttCredentials: MqttCredentialConnection;
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


export type QueryMqttCredentialsArgs = {
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
  /**
   * How it is called on its networks: lorawan:70B3D57ED0000001 (DevEUI), zigbee:00124B0000000001 (IEEE address),
   * mbus:ELS-12345678, sml:0A0149534B0004A2B3C4 (server id), dsmr:E0031000012345678 (equipment id), mqtt:plug1.
   */
  addresses?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Of the meter's service kind; those of the environment (temperature, air-pressure, relative-humidity, co2-concentration) on any meter. */
  channels: Array<ChannelInput>;
  dialDigits?: InputMaybe<Scalars['Int']['input']>;
  keys?: InputMaybe<MeterKeysInput>;
  manufacturer: Scalars['String']['input'];
  multiplier?: InputMaybe<Scalars['Decimal']['input']>;
  /** e.g. dlms-tcp://10.0.0.7:4059?server=1 */
  networkAddress?: InputMaybe<Scalars['String']['input']>;
  /** What reads its LoRaWAN uplinks: path of a codec in the head-end's folder of codecs, e.g. vendor/device. */
  payloadCodec?: InputMaybe<Scalars['String']['input']>;
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
  /** No supply: sensors of temperature, humidity and air. */
  | 'ENVIRONMENT'
  | 'GAS'
  | 'HEAT'
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
  /** The meters installed now: those of the supply itself first, then sub-meters and sensors. */
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
