import { chance } from '../simulator/chance.ts';
import { householdGas } from '../simulator/household-load.ts';
import { MeteredSupply } from '../simulator/metered-supply.ts';
import { london } from '../simulator/weather.ts';
import type { Query } from './graphql-client.ts';
import { registerCustomer, startAgreement } from './seed.ts';
import type { Upload } from './upload.ts';

const AREA = 'GB-LONDON';
const HOUR = 3600;

/**
 * A home in London that was supplied with gas for the first quarter of 2025, of which prices and days of gas are known. Its hourly values
 * come as a file, as those of another head-end would.
 */
export const gasHome = {
  usagePointId: 'UP-G-03',
  serialNumber: 'MMX200003',
  customerId: 'CUST-13',
  agreementId: 'AGR-13',
  period: { start: '2025-01-01', end: '2025-04-01' },
};

/** Local midnights of London, where clocks change on 30 March 2025. */
const SINCE = Date.parse('2025-01-01T00:00:00Z');
const UNTIL = Date.parse('2025-04-01T00:00:00+01:00');

/** Registers the home, tells what the gas was, and who paid for it until when. May be done again. */
export async function registerGasHome(query: Query): Promise<void> {
  const { usagePointId, serialNumber, customerId, agreementId, period } = gasHome;
  await query(REGISTER, {
    usagePoint: {
      id: usagePointId,
      serviceKind: 'GAS',
      timeZone: 'Europe/London',
      address: '1 Gasholder Walk',
    },
    meter: {
      serialNumber,
      manufacturer: 'MMX',
      serviceKind: 'GAS',
      channels: [{ readingType: 'gas-volume', intervalSeconds: HOUR }],
    },
    installation: { usagePointId, serialNumber, installedAt: new Date(SINCE).toISOString() },
    area: AREA,
    gasDays: gasDays(),
  });
  await registerCustomer(query, customerId, 'en');
  await startAgreement(query, {
    id: agreementId,
    customerId,
    usagePointId,
    startsOn: period.start,
    billingDay: 1,
    tariffId: 'ofgem/gas-price-cap-direct-debit',
    billingMonths: 3,
    attributes: [{ name: 'gas-area', value: AREA }],
  });
  await query(END, { id: agreementId, endsOn: period.end });
}

/** Uploads what its meter counted, hour by hour. May be done again. */
export const uploadGasHistory = (upload: Upload): Promise<void> => upload([hourlyValues()]);

function hourlyValues() {
  const supply = new MeteredSupply({
    seed: gasHome.serialNumber,
    shape: householdGas(0.5),
    surroundings: { climate: london, utcOffsetSeconds: 0 },
    intervalSeconds: HOUR,
    installedAt: SINCE,
    initialRegister: 0,
  });
  return {
    serialNumber: gasHome.serialNumber,
    channel: 'gas-volume',
    start: new Date(SINCE).toISOString(),
    intervalSeconds: HOUR,
    unit: 'L',
    values: [...supply.intervalStarts(SINCE, UNTIL)].map((start) => String(supply.use(start))),
  };
}

/** Superior calorific values as natural gas in Great Britain has them, 38.5 to 40 MJ/m³. */
function gasDays() {
  const days = Math.round((UNTIL - SINCE) / 86_400_000);
  return Array.from({ length: days }, (_, day) => ({
    date: new Date(SINCE + day * 86_400_000).toISOString().slice(0, 'YYYY-MM-DD'.length),
    calorificValue: (38.5 + 1.5 * chance('calorific value', day)).toFixed(1),
  }));
}

const REGISTER = `mutation Register($usagePoint: RegisterUsagePointInput!, $meter: RegisterMeterInput!, $installation: InstallMeterInput!,
  $area: ID!, $gasDays: [GasQualityDayInput!]!) {
  registerUsagePoint(input: $usagePoint) { id }
  registerMeter(input: $meter) { serialNumber }
  installMeter(input: $installation) { id }
  recordGasQuality(area: $area, days: $gasDays) { date }
}`;
const END = `mutation End($id: ID!, $endsOn: Date!) { endAgreement(id: $id, endsOn: $endsOn) { id } }`;
