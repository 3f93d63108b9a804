import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { GasQualityRecordedSchema } from '@metermesh/contracts';
import { fold, isRefusal } from '@metermesh/decider';
import { gasQualityDecider, type GasDay, type GasQuality } from './gas-quality.decider.ts';

const first: GasDay = { date: '2025-04-01', calorificValue: '39.4' };
const second: GasDay = {
  ...first,
  date: '2025-04-02',
  temperatureC: '-3.5',
  atmosphericPressureKPa: '100.9',
};

function decide(days: GasDay[], known: GasQuality = gasQualityDecider.initialState) {
  return gasQualityDecider.decide({ area: 'NW', days, by: 'kim', at: 1_000 }, known);
}

function knowing(days: GasDay[]): GasQuality {
  const events = decide(days);
  if (isRefusal(events)) throw new Error(events.message);
  return fold(gasQualityDecider, events);
}

describe('gas quality', () => {
  it('is recorded with who told it and when', () => {
    expect(decide([first])).toEqual([
      create(GasQualityRecordedSchema, {
        area: 'NW',
        days: [first],
        recordedBy: 'kim',
        recordedAt: timestampFromMs(1_000),
      }),
    ]);
  });

  it('is known as told last', () => {
    const known = knowing([first, second]);
    expect([...known.values()]).toEqual([first, second]);
    const warmer = { ...second, temperatureC: '1' };
    const corrected = decide([warmer], known);
    expect(!isRefusal(corrected) && fold(gasQualityDecider, corrected, known).get(second.date)).toEqual(
      warmer,
    );
  });

  it('records nothing that is known', () => {
    const known = knowing([first, second]);
    expect(decide([first, second], known)).toEqual([]);
    expect(decide([first, { ...second, calorificValue: '39.5' }], known)).toMatchObject([
      { days: [{ date: second.date, calorificValue: '39.5' }] },
    ]);
  });

  it.each([
    ['a date that is none', { ...first, date: '2025-04-31' }],
    ['kWh for MJ', { ...first, calorificValue: '0.0112' }],
    ['no number', { ...first, calorificValue: 'high' }],
    ['degrees Fahrenheit', { ...first, temperatureC: '68' }],
    ['hectopascals', { ...first, atmosphericPressureKPa: '1013' }],
  ])('is refused with %s', (_, day) => {
    expect(decide([day])).toMatchObject({
      code: 'GAS_QUALITY_INVALID',
      message: expect.stringContaining(day.date),
    });
  });

  it('is refused with a day told twice', () => {
    expect(decide([first, first])).toMatchObject({ code: 'GAS_QUALITY_INVALID' });
  });
});
