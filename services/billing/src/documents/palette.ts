/** Colours of a bill, on white. Texts stand out at 4.5:1 at least (WCAG 2.2, 1.4.3), bars at 3:1 where they alone tell something. */
export const palette = {
  ink: '#16202c',
  quiet: '#4d5b6b',
  rule: '#d3dbe4',
  tint: '#eef3f8',
  brand: '#0b4a86',
  bar: '#2a76b8',
  reached: '#2a76b8',
  unreached: '#dbe6f1',
  warning: '#a3231c',
  warningTint: '#fbecea',
} as const;

/** From the cheapest hours to the dearest: cool, warm, hot. */
export function seriesColours(count: number): readonly string[] {
  if (count <= 1) return [palette.bar];
  if (count === 2) return ['#8cb8de', '#c2452d'];
  if (count === 3) return ['#8cb8de', '#e9a13b', '#c2452d'];
  const many = [
    '#b9d5ec',
    '#7fb0da',
    '#3f7fb5',
    '#f0c36a',
    '#e9a13b',
    '#dd6f37',
    '#c2452d',
    '#8f2a1f',
    '#5d4a86',
  ];
  return Array.from(
    { length: count },
    (_, index) => many[Math.round((index * (many.length - 1)) / (count - 1))]!,
  );
}
