import { describe, expect, it } from '@jest/globals';
import { kepcoTariff } from './kepco.test-kit.ts';

async function listed() {
  const { holidays } = await kepcoTariff('general-b-high-voltage-a-option-1');
  return holidays!['south-korea']!;
}

describe('the public holidays of South Korea', () => {
  it.each([
    ['2021-08-16', 'the first substitute of Liberation Day'],
    ['2022-03-09', 'a presidential election'],
    ['2022-06-01', 'local elections'],
    ['2023-01-24', 'the substitute of the new year'],
    ['2023-05-29', 'the first substitute of Buddha’s Birthday'],
    ['2024-04-10', 'a parliamentary election'],
    ['2025-05-06', 'one substitute for two days'],
    ['2025-10-08', 'the substitute of Chuseok'],
    ['2026-05-01', 'Labour Day, since 2026'],
    ['2026-07-17', 'Constitution Day, again since 2026'],
    ['2027-02-09', 'the substitute of the new year'],
  ])('hold %s, %s', async (date) => {
    const { years } = await listed();
    expect(years[date.slice(0, 4)]!.map((holiday) => holiday.date)).toContain(date);
  });

  it.each(['2023-10-02', '2024-10-01', '2025-01-27', '2025-06-03', '2025-07-17', '2021-12-27'])(
    'do not hold %s',
    async (date) => {
      const { years } = await listed();
      expect(years[date.slice(0, 4)]!.map((holiday) => holiday.date)).not.toContain(date);
    },
  );

  it('have every year from 2021 to 2027, each with its fixed days and three days of each festival', async () => {
    const { years } = await listed();
    expect(Object.keys(years)).toEqual(['2021', '2022', '2023', '2024', '2025', '2026', '2027']);
    for (const [year, dates] of Object.entries(years)) {
      const held = dates.map(({ date }) => date);
      expect(held).toEqual([...held].sort());
      for (const day of ['01-01', '03-01', '05-05', '06-06', '08-15', '10-03', '10-09', '12-25'])
        expect(held).toContain(`${year}-${day}`);
      for (const festival of ['설날', '추석'])
        for (const day of [`${festival} 전날`, festival, `${festival} 다음날`])
          expect(dates.filter(({ name }) => name.ko?.split('·').includes(day))).toHaveLength(1);
    }
  });

  it('have substitutes on working days only', async () => {
    const { years } = await listed();
    for (const { date, name } of Object.values(years).flat())
      if (name.en.startsWith('Substitute')) expect([1, 2, 3, 4, 5]).toContain(new Date(date).getUTCDay());
  });
});
