import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgreementStartedSchema, ServiceKind, UsagePointRegisteredSchema } from '@metermesh/contracts';
import {
  BillingService,
  codeOf,
  customer,
  isBilled,
  operator,
  STARTING_MS,
} from './billing-service.test-kit.ts';
import { Rebills } from './rebill.test-kit.ts';
import { datesOf, loadProfileValidated, newHousehold, type Household } from './household-facts.ts';

const LONDON = 'Europe/London';
const april = datesOf('2025-04-01', '2025-05-01');
const RECORD = `mutation ($area: ID!, $days: [GasQualityDayInput!]!) {
  recordGasQuality(area: $area, days: $days) { date calorificValue temperatureC recordedBy }
}`;
const KNOWN =
  'query ($area: ID!) { gasQuality(area: $area, from: "2025-04-01", to: "2025-05-01") { date calorificValue } }';

let service: BillingService;
beforeAll(async () => {
  service = await BillingService.start();
}, STARTING_MS);
afterAll(() => service?.stop());

describe('gas', () => {
  let household: Household;
  const area = 'North West';
  const record = (days: object[], claims = operator) => service.ask(RECORD, { area, days }, claims);
  const days = (dates: readonly string[], calorificValue: string) =>
    dates.map((date) => ({ date, calorificValue }));

  beforeAll(async () => {
    household = newHousehold();
    const { usagePointId } = household;
    await service.publish(
      'device-registry',
      usagePointId,
      create(UsagePointRegisteredSchema, {
        usagePointId,
        serviceKind: ServiceKind.GAS,
        timeZone: LONDON,
        address: 'There',
      }),
    );
    await service.publish(
      'customer-care',
      household.agreementId,
      create(AgreementStartedSchema, {
        ...household,
        tariffId: 'ofgem/gas-price-cap-direct-debit',
        startsOn: '2025-04-01',
        billingDay: 1,
        attributes: [{ name: 'gas-area', value: area }],
      }),
    );
    for (const date of april)
      await service.publish(
        'ingestion',
        usagePointId,
        loadProfileValidated(household, date, 100, { timeZone: LONDON, channel: 'gas-volume' }),
      );
  });

  it('is held as long as the calorific value of a day is not known', async () => {
    await record(days(april.slice(0, 15), '39'));
    const held = await service.closeUntil(household, '2025-04-01', ({ holdReasons }) =>
      holdReasons.some(({ code }) => code === 'CALORIFIC_VALUE_REQUIRED'),
    );
    expect(held.holdReasons).toEqual([
      { code: 'CALORIFIC_VALUE_REQUIRED', message: expect.stringContaining('2025-04-16') },
    ]);
  });

  it('is billed by the energy that the gas of its area had on each day', async () => {
    await record(days(april.slice(15), '40'));
    // 30 days × 24 h × 100 l = 72 m³ × 1.02264 × 39.5 ÷ 3.6 = 807.8856 kWh × 6.99 p = 56.47; 30 × 32.67 p = 9.80
    const { bill } = await service.closeUntil(household, '2025-04-01', isBilled);
    expect(bill!.lines).toMatchObject([
      { charge: 'standing', amount: '9.8' },
      { charge: 'energy', quantity: '807.8856', unit: 'kWh', amount: '56.47' },
    ]);
    expect(bill!.total).toBe('66.27');
    expect(bill!.determinants).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'correction-factor', quantity: '1.02264' }),
        expect.objectContaining({ code: 'calorific-value', quantity: '39.5', unit: 'MJ/m3' }),
      ]),
    );
  });

  it('whose calorific value is corrected ends in one proposed rebill', async () => {
    // 31 for 39 on the first of the month: a mean of 39.2333…, 802.4313… kWh × 6.99 p = 56.09
    await record(days(april.slice(0, 1), '31'));
    const proposal = await new Rebills(service).openOf(household);
    expect(proposal).toMatchObject({
      previousTotal: '66.27',
      total: '65.89',
      difference: '-0.38',
      agreement: { id: household.agreementId },
      lineDifferences: [{ code: 'energy', difference: '-0.38' }],
    });
  });

  it('is told once: a repeat is nothing new, a correction holds from then on', async () => {
    expect(
      (await record([{ date: '2025-05-01', calorificValue: '39.1', temperatureC: '11.5' }])).data,
    ).toEqual({
      recordGasQuality: [
        { date: '2025-05-01', calorificValue: '39.1', temperatureC: '11.5', recordedBy: 'kim' },
      ],
    });
    const corrected = await record([{ date: '2025-05-01', calorificValue: '39.2' }], {
      ...operator,
      subject: 'lee',
    });
    expect(corrected.data).toMatchObject({
      recordGasQuality: [{ calorificValue: '39.2', temperatureC: null, recordedBy: 'lee' }],
    });
    const repeated = await record([{ date: '2025-05-01', calorificValue: '39.2' }]);
    expect(repeated.data).toMatchObject({ recordGasQuality: [{ recordedBy: 'lee' }] });
  });

  it('is told of by staff only, and only what can be', async () => {
    const mine = customer(household.customerId);
    expect(codeOf(await record(days(['2025-05-02'], '39'), mine))).toBe('FORBIDDEN');
    expect(codeOf(await service.ask(KNOWN, { area }, mine))).toBe('FORBIDDEN');
    expect(codeOf(await record(days(['2025-05-02'], '10.9e3')))).toBeDefined();
    expect(codeOf(await record(days(['2025-05-02'], '0.0392')))).toBe('GAS_QUALITY_INVALID');
    expect(codeOf(await record(days(['2025-05-02', '2025-05-02'], '39')))).toBe('GAS_QUALITY_INVALID');
    const { data } = await service.ask(KNOWN, { area });
    expect((data!['gasQuality'] as unknown[]).length).toBe(30);
  });
});
