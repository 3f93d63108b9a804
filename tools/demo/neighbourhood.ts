import { createHash, randomBytes } from 'node:crypto';
import type { ServiceKind } from '@metermesh/metering';
import { Temporal } from 'temporal-polyfill';
import {
  householdElectricity,
  householdGas,
  householdWater,
  type LoadShape,
} from '../simulator/household-load.ts';
import { DlmsMeter } from '../simulator/dlms-meter.ts';
import { MeteredSupply } from '../simulator/metered-supply.ts';
import { seoul } from '../simulator/weather.ts';
import { networkDevices } from './networks.ts';
import { termsOfHome, type Terms } from './terms.ts';

export const TIME_ZONE = 'Asia/Seoul';
export const INTERVAL_SECONDS = 900;
const DAYS_OF_HISTORY = 35;
const UTC_OFFSET_SECONDS = 9 * 3600;

/** A place of the neighbourhood with its meter. Keys are made at random for every data directory. */
export interface Place {
  usagePointId: string;
  serviceKind: keyof typeof shapes;
  address: string;
  serialNumber: string;
  readingType: string;
  /** Hexadecimal. */
  systemTitle: string;
  encryptionKey: string;
  authenticationKey: string;
  password: string;
  initialRegister: number;
  /** Size of the household, 1 is average. */
  size: number;
  /** Those of a place that nobody pays for are missing. */
  customerId?: string;
  agreementId?: string;
  /** On what the agreement begins; missing: those of a plain home. */
  terms?: Terms;
}

export interface Neighbourhood {
  places: Place[];
  /** When the meters were installed, milliseconds. */
  since: number;
  /** The billing period that is over: local dates, end exclusive. */
  lastPeriod: { start: string; end: string };
  billingDay: number;
  /** Makes the keys of the devices on other networks; of neighbourhoods that have none it is missing. */
  networkSeed?: string;
}

const sizes = [0.55, 0.7, 0.85, 0.95, 1, 1.1, 1.25, 1.5];

/**
 * Eight homes on one feeder; what else they and their neighbours have is in networks.ts. Their billing day was some days ago, so that the
 * 35 days of history hold a whole billing period and the beginning of the running one.
 */
export function plan(now: number): Neighbourhood {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(TIME_ZONE).toPlainDate();
  const end = lastBillingDay(today);
  const since = today.subtract({ days: DAYS_OF_HISTORY }).toZonedDateTime(TIME_ZONE).epochMilliseconds;
  const electricity = sizes.map((size, index): Place => {
    const home = String(index + 1).padStart(2, '0');
    return {
      ...place(`UP-E-${home}`, 'ELECTRICITY', 'active-energy-import', `MMX1000${home}`, index, size),
      customerId: `CUST-${home}`,
      agreementId: `AGR-${home}`,
      terms: termsOfHome(index + 1),
    };
  });
  return {
    places: electricity,
    networkSeed: randomBytes(16).toString('hex'),
    since,
    lastPeriod: { start: end.subtract({ months: 1 }).toString(), end: end.toString() },
    billingDay: end.day,
  };
}

/** The local day on which the history ends, which has begun. */
export const todayOf = ({ since }: Neighbourhood): string =>
  Temporal.Instant.fromEpochMilliseconds(since)
    .toZonedDateTimeISO(TIME_ZONE)
    .toPlainDate()
    .add({ days: DAYS_OF_HISTORY })
    .toString();

/** The latest date, three days ago or less, that every month has and whose billing period lies within the history. */
function lastBillingDay(today: Temporal.PlainDate): Temporal.PlainDate {
  const begin = today.subtract({ days: DAYS_OF_HISTORY });
  const candidates = [3, 2, 1, 0].map((days) => today.subtract({ days }));
  return candidates.find(
    (end) => end.day <= 28 && Temporal.PlainDate.compare(end.subtract({ months: 1 }), begin) >= 0,
  )!;
}

/** A place with new random keys. @param home number of the home it belongs to */
export function place(
  usagePointId: string,
  serviceKind: keyof typeof shapes,
  readingType: string,
  serialNumber: string,
  home: number,
  size: number,
): Place {
  const key = () => randomBytes(16).toString('hex');
  return {
    usagePointId,
    serviceKind,
    readingType,
    serialNumber,
    size,
    address: `${101 + (home % 2)}-dong ${3 + home}01-ho, Haneul-maeul`,
    // Three letters of the manufacturer, then five octets of its own (DLMS UA 1000-2, 4.3.4).
    systemTitle: `4d4d58${createHash('sha256').update(serialNumber).digest('hex').slice(0, 10)}`,
    encryptionKey: key(),
    authenticationKey: key(),
    password: randomBytes(8).toString('hex'),
    initialRegister: 10_000_000 + home * 1_234_567,
  };
}

/** How what is supplied is used, by the kinds that the neighbourhood has. */
const shapes = {
  ELECTRICITY: householdElectricity,
  GAS: householdGas,
  WATER: householdWater,
} satisfies Partial<Record<ServiceKind, (size: number) => LoadShape>>;

/** The meter that stands at a place of a neighbourhood, with the plugs behind it. */
export function meterIn({ networkSeed, since }: Neighbourhood, place: Place): DlmsMeter {
  const devices = networkSeed ? networkDevices(networkSeed, since).devices : [];
  const behind = devices
    .map(({ meters }) => meters[0])
    .filter(({ usagePointId }) => usagePointId === place.usagePointId);
  return meterOf(
    place,
    since,
    behind.flatMap(({ supply }) => supply ?? []),
  );
}

/** @param parts what is measured behind it as well */
export function meterOf(place: Place, since: number, parts: readonly MeteredSupply[] = []): DlmsMeter {
  return new DlmsMeter({
    serialNumber: place.serialNumber,
    readingType: place.readingType,
    systemTitle: Buffer.from(place.systemTitle, 'hex'),
    encryptionKey: Buffer.from(place.encryptionKey, 'hex'),
    authenticationKey: Buffer.from(place.authenticationKey, 'hex'),
    supply: new MeteredSupply({
      seed: place.serialNumber,
      shape: shapes[place.serviceKind](place.size),
      surroundings: { climate: seoul, utcOffsetSeconds: UTC_OFFSET_SECONDS },
      intervalSeconds: INTERVAL_SECONDS,
      installedAt: since,
      initialRegister: place.initialRegister,
      parts,
    }),
  });
}
