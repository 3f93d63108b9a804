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

export type Aggregation =
  /** A state (temperature, humidity, pressure, CO2): several intervals are their mean over time. */
  | 'MEAN'
  /** What flowed (energy, volume): several intervals are their sum. */
  | 'SUM';

export type ClockDeviation = {
  clock: MeterClock;
  meter: Meter;
};

export type DeadLetter = {
  /** Why: the error's code, or its name. */
  code: Scalars['String']['output'];
  deadSince: Scalars['DateTime']['output'];
  deliveries: Scalars['Int']['output'];
  factId?: Maybe<Scalars['String']['output']>;
  /** Type and identifier of the fact; null where the message was none. */
  factType?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  message: Scalars['String']['output'];
  /** The service that failed. */
  service: Scalars['String']['output'];
};

export type DeadLetterConnection = {
  edges: Array<DeadLetterEdge>;
  nodes: Array<DeadLetter>;
  pageInfo: PageInfo;
};

export type DeadLetterEdge = {
  cursor: Scalars['String']['output'];
  node: DeadLetter;
};

/** Something that a device told of itself besides readings. */
export type DeviceEvent = {
  /** What the device sent for it. */
  code: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  meter: Meter;
  /** What that is in the words of its standard or maker. */
  name?: Maybe<Scalars['String']['output']>;
  /** By the device's own clock; null where it does not say. */
  occurredAt?: Maybe<Scalars['DateTime']['output']>;
  receivedAt: Scalars['DateTime']['output'];
  source: Scalars['String']['output'];
  type: DeviceEventType;
  /** Where the device was; null where it was nowhere. */
  usagePoint?: Maybe<UsagePoint>;
};

export type DeviceEventConnection = {
  edges: Array<DeviceEventEdge>;
  nodes: Array<DeviceEvent>;
  pageInfo: PageInfo;
};

export type DeviceEventEdge = {
  cursor: Scalars['String']['output'];
  node: DeviceEvent;
};

/** After the device events of IEC 61968-9, as far as meters send them; OTHER is a code that only its maker knows. */
export type DeviceEventType =
  | 'BATTERY_LOW'
  | 'BURST'
  | 'CLOCK_INVALID'
  | 'CLOCK_SET'
  | 'COMMUNICATION_FAILED'
  | 'CONFIGURATION_CHANGED'
  | 'COVER_CLOSED'
  | 'COVER_OPENED'
  | 'DISCONNECTED'
  | 'FIRMWARE_CHANGED'
  | 'LAST_GASP'
  | 'LEAK'
  | 'MAGNETIC_FIELD'
  | 'NO_FLOW'
  | 'OTHER'
  | 'OVER_LIMIT'
  | 'POWER_DOWN'
  | 'POWER_UP'
  | 'READY_FOR_RECONNECTION'
  | 'RECONNECTED'
  | 'REMOVED'
  | 'RESET'
  | 'REVERSE_FLOW'
  | 'SECURITY_VIOLATION'
  | 'SELF_CHECK_FAILED'
  | 'TAMPER'
  | 'TEMPERATURE_OUT_OF_RANGE'
  | 'UNDER_LIMIT';

export type Downlink = {
  /** As it was given, where the payload codec encoded it. */
  command?: Maybe<Scalars['String']['output']>;
  confirmed: Scalars['Boolean']['output'];
  /** What the network server says of a failure. */
  explanation?: Maybe<Scalars['String']['output']>;
  fPort: Scalars['Int']['output'];
  id: Scalars['ID']['output'];
  meter: Meter;
  /** Hexadecimal. */
  payload: Scalars['String']['output'];
  reason: Scalars['String']['output'];
  requestedAt: Scalars['DateTime']['output'];
  requestedBy: Scalars['String']['output'];
  status: DownlinkStatus;
  statusAt: Scalars['DateTime']['output'];
};

export type DownlinkStatus =
  /** By the device; only confirmed downlinks are. */
  | 'ACKNOWLEDGED'
  | 'FAILED'
  | 'NOT_ACKNOWLEDGED'
  | 'QUEUED'
  /** Handed to the broker; the network server has not answered. */
  | 'REQUESTED'
  | 'SENT';

export type FrameContext = {
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

export type LeftAside = {
  /** As in quarantine, e.g. UNKNOWN_CHANNEL. */
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type LoadProfile = {
  aggregation: Aggregation;
  /** Code of the channel: a reading type, with a sub-meter's name behind it where it measures a part of the supply. */
  channel: Scalars['String']['output'];
  intervals: Array<LoadProfileInterval>;
  /** Of states: mean over time of the known values, in whole units; null where none is known. */
  mean?: Maybe<Scalars['Decimal']['output']>;
  resolution: Resolution;
  timeZone: Scalars['String']['output'];
  /** Sum of the known values; 0 where they are states, which do not add up. */
  total: Scalars['Decimal']['output'];
  /** Wh, varh, VAh, L; of states m°C (0.001 °C), Pa, ‰ (0.1 %), ppm. */
  unit: Scalars['String']['output'];
};

export type LoadProfileInterval = {
  /** The worst quality of the values in it. */
  quality: ReadingQuality;
  /** Local time with offset; the interval is half-open and named by its start. */
  start: Scalars['DateTime']['output'];
  /** Sum of the known values in it, of states their mean in whole units, in the profile's unit; null where none is known. */
  value?: Maybe<Scalars['Decimal']['output']>;
};

export type Meter = {
  /** Null where no push has said when it was sent yet, and to all but operators. */
  clock?: Maybe<MeterClock>;
  /** What it told of itself, latest first; customers see what it told while it served them. */
  deviceEvents: Array<DeviceEvent>;
  /** What a LoRaWAN device was sent, latest first; none to all but operators. */
  downlinks: Array<Downlink>;
  serialNumber: Scalars['String']['output'];
};


export type MeterDeviceEventsArgs = {
  last?: InputMaybe<Scalars['Int']['input']>;
  type: InputMaybe<DeviceEventType>;
};


export type MeterDownlinksArgs = {
  last?: Scalars['Int']['input'];
};

export type MeterClock = {
  /** The meter itself takes it for wrong. */
  isInvalid: Scalars['Boolean']['output'];
  measuredAt: Scalars['DateTime']['output'];
  /** By how much the meter's clock is ahead of ours; negative where it is behind. */
  skewSeconds: Scalars['Float']['output'];
};

export type MeterClockSet = {
  meter: Meter;
  /** By how much it was ahead of ours before; null where it did not show a time. */
  wasAheadSeconds?: Maybe<Scalars['Float']['output']>;
};

/** What was read of a meter that was called. */
export type MeterReadout = {
  /** Entries of its event logs. */
  eventCount: Scalars['Int']['output'];
  /** Nothing in it was new. */
  isRepeat: Scalars['Boolean']['output'];
  /** What could not become readings, while the rest did. */
  leftAside: Array<LeftAside>;
  meter: Meter;
  /** Of the readings that this made, or had made before. */
  readingIds: Array<Scalars['ID']['output']>;
};

export type Mutation = {
  discardDeadLetter: DeadLetter;
  discardQuarantinedFrame: QuarantinedFrame;
  /**
   * Calls a DLMS meter at its network address and records what it has of [from, to), 100 days at most: its load profile, its
   * event logs, and its registers and clock as they are now. Operators only.
   */
  readMeter: MeterReadout;
  /** Hands a dead letter to the service that failed, once more with all its attempts. */
  replayDeadLetter: DeadLetter;
  /** Tries quarantined frames again, e.g. after their meter was registered or its key was mended. */
  replayQuarantinedFrames: Array<ReplayResult>;
  /**
   * Has the network server of a LoRaWAN device send it octets, or a command that its payload codec encodes. Operators only;
   * who asked and why is kept. Not for switching a supply: that is an end-device control.
   */
  sendDownlink: Downlink;
  /** Calls a DLMS meter and sets its clock to ours. Operators only; who asked and why is logged. */
  setMeterClock: MeterClockSet;
};


export type MutationDiscardDeadLetterArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDiscardQuarantinedFrameArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationReadMeterArgs = {
  from: Scalars['DateTime']['input'];
  serialNumber: Scalars['String']['input'];
  to: Scalars['DateTime']['input'];
};


export type MutationReplayDeadLetterArgs = {
  id: Scalars['ID']['input'];
};


export type MutationReplayQuarantinedFramesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


export type MutationSendDownlinkArgs = {
  input: SendDownlinkInput;
};


export type MutationSetMeterClockArgs = {
  reason: Scalars['String']['input'];
  serialNumber: Scalars['String']['input'];
};

export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type QuarantineStatus =
  | 'DISCARDED'
  | 'REPLAYED'
  | 'WAITING';

export type QuarantinedFrame = {
  attempts: Scalars['Int']['output'];
  /** Stable code, e.g. UNKNOWN_METER, DLMS_DECRYPTION_FAILED. */
  code: Scalars['String']['output'];
  /** How it came, as far as its bytes do not say: its protocol, topic, MQTT client … */
  context: Array<FrameContext>;
  /** Serial number or system title where it could be read. */
  device?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  message: Scalars['String']['output'];
  /** The bytes as they came, hexadecimal; what came as text is shown as text. */
  payload: Scalars['String']['output'];
  receivedAt: Scalars['DateTime']['output'];
  source: Scalars['String']['output'];
  status: QuarantineStatus;
};

export type QuarantinedFrameConnection = {
  edges: Array<QuarantinedFrameEdge>;
  nodes: Array<QuarantinedFrame>;
  pageInfo: PageInfo;
};

export type QuarantinedFrameEdge = {
  cursor: Scalars['String']['output'];
  node: QuarantinedFrame;
};

export type Query = {
  /** Meters whose clocks are more than so many seconds off, or wrong by what they say themselves; farthest off first. Operators only. */
  clockDeviations: Array<ClockDeviation>;
  /** Facts that a service of the mesh could not handle, oldest first. Operators only. */
  deadLetters: DeadLetterConnection;
  /** One thing that a device told of itself, by the identifier that deviceEventReceived gives. */
  deviceEvent?: Maybe<DeviceEvent>;
  /** What devices told of themselves besides readings, latest first, in [from, to). Operators only. */
  deviceEvents: DeviceEventConnection;
  /** Frames and uploads that could not become readings, latest first. Operators only. */
  quarantine: QuarantinedFrameConnection;
  /** One recorded reading, by the identifier that readingReceived and bills give. */
  reading?: Maybe<Reading>;
};


export type QueryClockDeviationsArgs = {
  beyondSeconds?: InputMaybe<Scalars['Int']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryDeadLettersArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  service: InputMaybe<Scalars['String']['input']>;
};


export type QueryDeviceEventArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDeviceEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  from: InputMaybe<Scalars['DateTime']['input']>;
  serialNumber: InputMaybe<Scalars['String']['input']>;
  to: InputMaybe<Scalars['DateTime']['input']>;
  type: InputMaybe<DeviceEventType>;
};


export type QueryQuarantineArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  code: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryReadingArgs = {
  id: Scalars['ID']['input'];
};

/** What one meter sent at once. */
export type Reading = {
  blocks: Array<ReadingBlock>;
  id: Scalars['ID']['output'];
  meter: Meter;
  receivedAt: Scalars['DateTime']['output'];
  registers: Array<RegisterValue>;
  source: Scalars['String']['output'];
  /** What the device sent besides that no OBIS code names. */
  unnamed: Array<UnnamedValue>;
  usagePoint: UsagePoint;
};

export type ReadingBlock = {
  channel: Scalars['String']['output'];
  intervalSeconds: Scalars['Int']['output'];
  qualities: Array<ReadingQuality>;
  start: Scalars['DateTime']['output'];
  unit: Scalars['String']['output'];
  values: Array<Scalars['Int']['output']>;
};

export type ReadingQuality =
  | 'ACTUAL'
  | 'ESTIMATED'
  | 'MISSING'
  | 'SUSPECT';

export type RegisterRead = {
  /** The meter itself took its clock for wrong. */
  isClockInvalid: Scalars['Boolean']['output'];
  meter: Meter;
  /** By the meter's clock. */
  readAt: Scalars['DateTime']['output'];
  registers: Array<RegisterValue>;
  unnamed: Array<UnnamedValue>;
};

export type RegisterValue = {
  obis: Scalars['String']['output'];
  unit: Scalars['String']['output'];
  value: Scalars['Decimal']['output'];
};

export type ReplayResult = {
  /** Empty where the frame is now recorded. */
  error?: Maybe<Scalars['String']['output']>;
  frame: QuarantinedFrame;
};

/** ISO 8601 durations; days and months are local. */
export type Resolution =
  | 'P1D'
  | 'P1M'
  | 'PT1H'
  | 'PT15M';

export type SendDownlinkInput = {
  /** A JSON object for encodeDownlink of the meter's payload codec. */
  command?: InputMaybe<Scalars['String']['input']>;
  /** The device is to acknowledge it. */
  confirmed?: Scalars['Boolean']['input'];
  /** 1 to 223; a codec may choose its own. */
  fPort?: InputMaybe<Scalars['Int']['input']>;
  /** Octets as hexadecimal, with an fPort; or else a command. */
  payload?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  serialNumber: Scalars['String']['input'];
};

export type SubmeterUse = {
  name: Scalars['String']['output'];
  quality: ReadingQuality;
  /** Null where none of it is known. */
  value?: Maybe<Scalars['Decimal']['output']>;
};

export type Submetering = {
  intervals: Array<SubmeteringInterval>;
  readingType: Scalars['String']['output'];
  resolution: Resolution;
  timeZone: Scalars['String']['output'];
  unit: Scalars['String']['output'];
};

/** mains = sum of the known submeters + unattributed. */
export type SubmeteringInterval = {
  /** Sub-meters say more than the mains, by more than meters may be wrong: 2 % of each, and a unit each for rounding. */
  exceedsMains: Scalars['Boolean']['output'];
  /** Null where it is not known for the whole interval. */
  mains?: Maybe<Scalars['Decimal']['output']>;
  /** The worst quality of the mains and of all sub-meters. */
  quality: ReadingQuality;
  /** Local time with offset; the interval is half-open and named by its start. */
  start: Scalars['DateTime']['output'];
  /** Those that were installed in the interval. */
  submeters: Array<SubmeterUse>;
  /** What no sub-meter accounts for, that of silent ones included; null where the mains are not known. */
  unattributed?: Maybe<Scalars['Decimal']['output']>;
};

export type Subscription = {
  /** Each thing that a device at a usage point tells of itself, as it is recorded. */
  deviceEventReceived: DeviceEvent;
  /** Each reading of a usage point, as it is recorded. */
  readingReceived: Reading;
};


export type SubscriptionDeviceEventReceivedArgs = {
  usagePointId: Scalars['ID']['input'];
};


export type SubscriptionReadingReceivedArgs = {
  usagePointId: Scalars['ID']['input'];
};

/** A value as its protocol calls it. */
export type UnnamedValue = {
  /** E.g. vif:FD3A, zcl:0702/0801, field:tilt. */
  code: Scalars['String']['output'];
  quantity?: Maybe<Scalars['String']['output']>;
  /** Number of the stored value; 0 is the present one. */
  storage: Scalars['Int']['output'];
  subunit: Scalars['Int']['output'];
  tariff: Scalars['Int']['output'];
  unit?: Maybe<Scalars['String']['output']>;
  /** A decimal number, or text. */
  value: Scalars['String']['output'];
};

export type UsagePoint = {
  /** What devices told of themselves while they were here, latest first. */
  deviceEvents: Array<DeviceEvent>;
  id: Scalars['ID']['output'];
  /**
   * Interval values of a channel between two instants; the answer covers whole intervals of the resolution, local to the
   * usage point, that begin in [from, to).
   */
  loadProfile: LoadProfile;
  /** Readings as they were recorded, latest first. */
  readings: Array<Reading>;
  /** Latest cumulative registers, latest first. */
  registerReads: Array<RegisterRead>;
  /**
   * What came in through the mains, beside what sub-meters (plugs, flats) measured of it, and what no sub-meter accounts for.
   * With generation behind the meter, sub-meters say more than was imported while it generates.
   */
  submetering: Submetering;
};


export type UsagePointDeviceEventsArgs = {
  last?: InputMaybe<Scalars['Int']['input']>;
  type: InputMaybe<DeviceEventType>;
};


export type UsagePointLoadProfileArgs = {
  channel: Scalars['String']['input'];
  from: Scalars['DateTime']['input'];
  resolution?: Resolution;
  to: Scalars['DateTime']['input'];
};


export type UsagePointReadingsArgs = {
  last?: InputMaybe<Scalars['Int']['input']>;
};


export type UsagePointRegisterReadsArgs = {
  last?: InputMaybe<Scalars['Int']['input']>;
};


export type UsagePointSubmeteringArgs = {
  from: Scalars['DateTime']['input'];
  readingType?: Scalars['String']['input'];
  resolution?: Resolution;
  to: Scalars['DateTime']['input'];
};
