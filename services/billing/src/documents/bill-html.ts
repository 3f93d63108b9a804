import type { BillDocument, Fact } from './bill-document.ts';
import { BILL_CSS } from './bill-html.css.ts';
import { Markup, markup } from './markup.ts';
import { palette, seriesColours } from './palette.ts';
import { tierBarSvg } from './tier-bar.svg.ts';
import type { TierPosition } from './tier-position.ts';
import type { UsageChart } from './usage-chart.ts';
import { usageChartSvg } from './usage-chart.svg.ts';

/** Of the drawings, in CSS pixels: beside a page's margins, and on a phone. */
const WIDE = 710;
const NARROW = 358;
const FONT_SIZE = 12;

/** A bill as one HTML page that needs nothing else: no scripts, no pictures or fonts from elsewhere. */
export function billHtml(bill: BillDocument): string {
  const page = markup`<html lang="${bill.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${bill.fullTitle}</title>
<style>${Markup.trusted(BILL_CSS)}</style>
</head>
<body>
<main>
<header><p>${bill.utility.name}</p><h1>${bill.title}</h1></header>
${[stamp, summary, charges, usage, tiers, comparison, computation, basis, dailyValues, legend, foot].map((section) => section(bill))}
</main>
</body>
</html>
`;
  return `<!doctype html>\n${page.text}`;
}

function stamp({ stamp }: BillDocument): Markup | undefined {
  return (
    stamp && markup`<div class="stamp" role="alert"><strong>${stamp.text}</strong><p>${stamp.note}</p></div>`
  );
}

function summary({ amount, facts }: BillDocument): Markup {
  return markup`<section class="summary">
<div><p class="quiet">${amount.label}</p><p class="due">${amount.isVoid ? markup`<s>${amount.value}</s>` : amount.value}</p>${amount.note !== '' && markup`<p>${amount.note}</p>`}${factList(amount.facts)}</div>
${factList(facts)}
</section>
`;
}

function factList(facts: readonly Fact[]): Markup | undefined {
  if (facts.length === 0) return undefined;
  return markup`<dl>${facts.map(({ label, value }) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

function charges({ words, charges, total }: BillDocument): Markup {
  return markup`<section><h2>${words.charges}</h2><table><tbody>
${charges.map(({ name, amount }) => markup`<tr><th scope="row">${name}</th><td class="amount">${amount}</td></tr>\n`)}</tbody>
<tfoot><tr class="total"><th scope="row">${words.total}</th><td class="amount">${total}</td></tr></tfoot></table></section>
`;
}

function usage({ usage }: BillDocument): Markup | undefined {
  if (!usage) return undefined;
  return markup`<section><h2>${usage.title}</h2><p>${usage.summary}</p>
${bothWidths((width) => usageChartSvg(usage, { width, fontSize: FONT_SIZE }))}
${chartKey(usage)}</section>
`;
}

function chartKey({ series, days, estimated }: UsageChart): Markup | undefined {
  const colours = seriesColours(series.length);
  const keys = series.flatMap(({ name, total }, index) =>
    name ? [markup`<li>${swatch(colours[index]!)}${name} <b>${total}</b></li>`] : [],
  );
  if (days.some(({ isEstimated }) => isEstimated))
    keys.push(markup`<li>${swatch(colours[0]!, 0.35)}${estimated}</li>`);
  return keys.length > 0 ? markup`<ul class="key">${keys}</ul>` : undefined;
}

function swatch(colour: string, opacity = 1): Markup {
  return markup`<svg width="11" height="11" aria-hidden="true"><rect x="0.5" y="0.5" width="10" height="10" fill="${colour}" fill-opacity="${opacity}" stroke="${colour}"/></svg>`;
}

function tiers({ words, tiers }: BillDocument): Markup | undefined {
  if (tiers.length === 0) return undefined;
  return markup`<section><h2>${words.tiers}</h2>${tiers.map(tierPosition)}</section>
`;
}

function tierPosition(position: TierPosition): Markup {
  return markup`<h3>${position.title}</h3><p>${position.summary}</p>
${bothWidths((width) => tierBarSvg(position, width))}
<ol class="tiers">${position.tiers.map(
    ({ name, range, rate, used, isReached }) =>
      markup`<li><b>${name}</b> <span class="quiet">${range}</span> <span>${rate}</span>${isReached && markup` <b>${used}</b>`}</li>`,
  )}</ol>
`;
}

function comparison({ words, comparison }: BillDocument): Markup {
  const { bills, notes } = comparison;
  const told = notes.map((note) => markup`<p>${note}</p>`);
  if (bills.length === 1) return markup`<section><h2>${words.comparison}</h2>${told}</section>\n`;
  const columns = [words.usage, words.usagePerDay, words.amount, words.amountPerDay];
  const rows = bills.map(({ label, period, days, share, ...bill }, index) => {
    const cells = [bill.usage, bill.usagePerDay, bill.amount, bill.amountPerDay];
    return markup`<tr><th scope="row">${index === 0 ? markup`<b>${label}</b>` : label}<small>${period} (${days})</small></th>${cells.map(
      (cell, column) =>
        markup`<td class="amount" data-label="${columns[column]}">${cell}</td>${column === 1 && markup`<td class="share">${shareBar(share, index)}</td>`}`,
    )}</tr>\n`;
  });
  const heads = columns.map(
    (column, index) =>
      markup`<th scope="col" class="amount">${column}</th>${index === 1 && markup`<td></td>`}`,
  );
  return markup`<section><h2>${words.comparison}</h2><table class="comparison">
<thead><tr><td></td>${heads}</tr></thead>
<tbody>${rows}</tbody></table>${told}</section>
`;
}

function shareBar(share: number, index: number): Markup {
  const fill = index === 0 ? palette.bar : palette.unreached;
  return markup`<svg width="64" height="22" aria-hidden="true"><rect x="0" y="6" width="${Math.max(1, Math.round(share * 64))}" height="10" fill="${fill}"/></svg>`;
}

function computation({ words, lines, total }: BillDocument): Markup {
  return markup`<section class="long"><h2>${words.computation}</h2><p class="quiet">${words.computationNote}</p><table class="lines">
<thead><tr><th scope="col">${words.charge}</th><th scope="col">${words.calculation}</th><th scope="col" class="amount">${words.amount}</th></tr></thead>
<tbody>${lines.map(
    ({ name, period, calculation, amount }) =>
      markup`<tr><th scope="row">${name}${period !== '' && markup`<small>${period}</small>`}</th><td>${calculation}</td><td class="amount">${amount}</td></tr>\n`,
  )}</tbody>
<tfoot><tr class="total"><th scope="row" colspan="2">${words.total}</th><td class="amount">${total}</td></tr></tfoot></table></section>
`;
}

function basis({ words, basis }: BillDocument): Markup {
  return markup`<section class="long"><h2>${words.basis}</h2><table>
<thead><tr><th scope="col">${words.determinant}</th><th scope="col" class="amount">${words.quantity}</th></tr></thead>
<tbody>${basis.determinants.map(
    ({ name, quantity, note }) =>
      markup`<tr><th scope="row">${name}${note !== '' && markup`<small>${note}</small>`}</th><td class="amount">${quantity}</td></tr>\n`,
  )}</tbody></table><p><b>${words.quality}:</b> ${basis.quality}</p></section>
`;
}

function dailyValues({ words, usage }: BillDocument): Markup | undefined {
  if (!usage) return undefined;
  return markup`<section><h2>${words.dailyValues} (${usage.unit})</h2><ul class="days">${usage.days.map(
    ({ label, quantity, isEstimated }) =>
      markup`<li><span class="quiet">${label}</span><span>${quantity}${isEstimated && ' *'}</span></li>`,
  )}</ul>${usage.days.some(({ isEstimated }) => isEstimated) && markup`<p class="quiet">* ${usage.estimated}</p>`}</section>
`;
}

function legend({ words, explanations }: BillDocument): Markup | undefined {
  if (explanations.length === 0) return undefined;
  return markup`<section class="long"><h2>${words.legend}</h2><dl class="explanations">${explanations.map(
    ({ name, text }) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`,
  )}</dl></section>
`;
}

function foot({ utility }: BillDocument): Markup {
  return markup`<footer>${utility.name}${utility.contact !== undefined && ` · ${utility.contact}`}</footer>`;
}

/** Drawn twice, so that letters stay legible on a phone; style sheets show one of them, to eyes and to screen readers alike. */
function bothWidths(draw: (width: number) => Markup): Markup {
  return markup`<div class="wide">${draw(WIDE)}</div><div class="narrow">${draw(NARROW)}</div>`;
}
