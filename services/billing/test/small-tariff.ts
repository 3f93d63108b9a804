import { isRefusal } from '@metermesh/decider';
import { parseTariff, type Tariff } from '../src/domain/tariff/tariff.ts';

/** A tariff of our own with a charge of every kind, whose numbers can be followed by head. As JSON, to be spoilt by tests. */
export function smallTariffJson() {
  return {
    id: 'example/small',
    name: { en: 'Small' },
    source: 'made up',
    currency: 'EUR',
    unit: 'kWh',
    quantityRounding: { to: '1', mode: 'half-up' },
    billingMonth: { shortestDays: 28, longestDays: 31 },
    seasons: [
      { code: 'summer', from: '05-01', to: '09-30' },
      { code: 'winter', from: '10-01', to: '04-30' },
    ],
    proration: { quantity: { to: '1', mode: 'half-up' }, amount: { to: '0.01', mode: 'half-up' } },
    charges: [
      {
        code: 'base',
        kind: 'fixed-by-tier',
        name: { en: 'Base' },
        tiersOf: 'energy',
        rate: [{ from: '2024-01-01', value: ['10', '20'] }],
        rounding: { to: '0.01', mode: 'down' },
      },
      { code: 'meter', kind: 'fixed', name: { en: 'Meter' }, rate: [{ from: '2024-01-01', value: '3' }] },
      {
        code: 'energy',
        kind: 'progressive',
        name: { en: 'Energy' },
        tiers: [{ from: '2024-01-01', value: { summer: ['300'], winter: ['100'] } }],
        rate: [
          { from: '2024-01-01', value: ['0.1', '0.2'] },
          { from: '2024-06-11', value: ['0.2', '0.3'] },
        ],
        rounding: { to: '0.01', mode: 'down' },
      },
      { code: 'fuel', kind: 'flat', name: { en: 'Fuel' }, rate: [{ from: '2024-01-01', value: '-0.01' }] },
      {
        code: 'small-user',
        kind: 'discount',
        name: { en: 'Small user' },
        of: ['base', 'energy'],
        upTo: '50',
        limit: [{ from: '2024-01-01', value: '8' }],
        leaveAtLeast: '4',
      },
      {
        code: 'vat',
        kind: 'percentage',
        name: { en: 'VAT' },
        of: ['base', 'meter', 'energy', 'fuel', 'small-user'],
        rate: [{ from: '2024-01-01', value: '0.2' }],
        rounding: { to: '0.01', mode: 'half-up' },
      },
    ],
    totalRounding: { to: '0.1', mode: 'down' },
  };
}

export function smallTariff(): Tariff {
  return parsed(smallTariffJson());
}

export function parsed(json: unknown): Tariff {
  const tariff = parseTariff(json);
  if (isRefusal(tariff)) throw new Error(tariff.message);
  return tariff;
}
