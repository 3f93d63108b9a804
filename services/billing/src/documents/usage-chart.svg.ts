import { scaleBand, scaleLinear } from 'd3-scale';
import { markup, type Markup } from './markup.ts';
import { palette, seriesColours } from './palette.ts';
import type { ChartDay, UsageChart } from './usage-chart.ts';

const HEIGHT = 170;
const MARGIN = { top: 8, right: 2, bottom: 20, left: 36 };
/** What a date below the axis takes, in the size of its letters. */
const LABEL_WIDTH = 4.4;

/** What is drawn on: all in the units of the width. */
export interface Canvas {
  readonly width: number;
  readonly fontSize: number;
}

/** A bar for each day, stacked by time of use; days with estimated values are drawn paler, within a line. */
export function usageChartSvg(
  { days, series, title, summary, language }: UsageChart,
  { width, fontSize }: Canvas,
): Markup {
  const x = scaleBand<string>()
    .domain(days.map(({ date }) => date))
    .range([MARGIN.left, width - MARGIN.right])
    .paddingInner(0.28)
    .paddingOuter(0.2);
  const y = scaleLinear()
    .domain([0, Math.max(...days.map(total), 0.001)])
    .nice(4)
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const colours = seriesColours(series.length);
  const every = Math.ceil((days.length * LABEL_WIDTH * fontSize) / (width - MARGIN.left));
  const base = y(0);
  const ticks = y
    .ticks(4)
    .map(
      (tick) =>
        markup`<line x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${palette.rule}" stroke-width="0.6"/><text x="${MARGIN.left - 6}" y="${y(tick) + fontSize / 3}" text-anchor="end" fill="${palette.quiet}">${tick.toLocaleString(language)}</text>`,
    );
  const bars = days.map((day) => bar(day, x(day.date)!, x.bandwidth(), y, colours));
  const labels = days.map(({ date, label }, index) => {
    if (index % every !== 0) return undefined;
    const middle = centre(x(date)!, x.bandwidth());
    const isLast = middle + (LABEL_WIDTH * fontSize) / 2 > width;
    return markup`<text x="${isLast ? width : middle}" y="${HEIGHT - 6}" text-anchor="${isLast ? 'end' : 'middle'}" fill="${palette.quiet}">${label}</text>`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" aria-label="${title}. ${summary}" font-size="${fontSize}">${ticks}${bars}<line x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${base}" y2="${base}" stroke="${palette.quiet}" stroke-width="0.8"/>${labels}</svg>`;
}

function bar(
  day: ChartDay,
  left: number,
  width: number,
  y: (value: number) => number,
  colours: readonly string[],
): Markup {
  let below = 0;
  const parts = day.parts.map((value, index) => {
    const bottom = y(below);
    below += value;
    const top = y(below);
    const outline =
      day.isEstimated && markup` fill-opacity="0.35" stroke="${colours[index]}" stroke-width="0.8"`;
    return (
      value > 0 &&
      markup`<rect x="${near(left)}" y="${near(top)}" width="${near(width)}" height="${near(bottom - top)}" fill="${colours[index]}"${outline}/>`
    );
  });
  return markup`${parts}`;
}

const total = ({ parts }: ChartDay): number => parts.reduce((sum, value) => sum + value, 0);
const centre = (left: number, width: number): number => near(left + width / 2);
const near = (value: number): number => Math.round(value * 100) / 100;
