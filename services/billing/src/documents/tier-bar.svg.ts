import { scaleLinear } from 'd3-scale';
import { markup, type Markup } from './markup.ts';
import { palette } from './palette.ts';
import type { TierPosition } from './tier-position.ts';

const HEIGHT = 26;
const BAR = { top: 2, height: 18 };
const GAP = 2;
/** So that a narrow tier is still seen. */
const LEAST_SHARE = 0.08;

/** The tiers side by side, as wide as they are, filled as far as they are used. */
export function tierBarSvg({ tiers, title, summary }: TierPosition, width: number): Markup {
  const sum = tiers.reduce((total, tier) => total + tier.width, 0);
  const widths = tiers.map((tier) => Math.max(tier.width, sum * LEAST_SHARE));
  const x = scaleLinear()
    .domain([0, widths.reduce((total, one) => total + one, 0)])
    .range([0, width]);
  let left = 0;
  const bars = tiers.map((tier, index) => {
    const start = x(left);
    left += widths[index]!;
    const all = x(left) - start - GAP;
    return markup`<rect x="${near(start)}" y="${BAR.top}" width="${near(all)}" height="${BAR.height}" rx="2" fill="${palette.unreached}"/>${
      tier.usedShare > 0 &&
      markup`<rect x="${near(start)}" y="${BAR.top}" width="${near(all * tier.usedShare)}" height="${BAR.height}" rx="2" fill="${palette.reached}" fill-opacity="${shade(index, tiers.length)}"/>`
    }<text x="${near(start + 5)}" y="${BAR.top + 13}" font-size="10" font-weight="bold" fill="${tier.usedShare * all > 16 && shade(index, tiers.length) > 0.7 ? '#ffffff' : palette.ink}">${index + 1}</text>`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" aria-label="${title}. ${summary}">${bars}</svg>`;
}

/** Higher tiers are darker. */
function shade(index: number, count: number): number {
  return near(count < 2 ? 1 : 0.55 + (0.45 * index) / (count - 1));
}

const near = (value: number): number => Math.round(value * 100) / 100;
