import type { Column, Content, TableCell } from 'pdfmake/interfaces.js';
import type { BillDocument, Fact } from './bill-document.ts';
import { palette, seriesColours } from './palette.ts';
import {
  boxed,
  drawing,
  head,
  heading,
  movableHeading,
  none,
  PDF_WIDTH,
  prose,
  right,
  ruled,
  type Margins,
} from './pdf-layout.ts';
import { tierBarSvg } from './tier-bar.svg.ts';
import type { TierPosition } from './tier-position.ts';
import type { UsageChart } from './usage-chart.ts';
import { usageChartSvg } from './usage-chart.svg.ts';

/** The sections of a bill, top to bottom, as pdfmake lays them out. */
export function billPdfContent(bill: BillDocument): Content[] {
  return [
    masthead(bill),
    ...stamp(bill),
    summary(bill),
    ...charges(bill),
    ...usage(bill),
    ...tiers(bill),
    ...comparison(bill),
    ...computation(bill),
    ...basis(bill),
    ...dailyValues(bill),
    ...legend(bill),
  ];
}

function masthead({ utility, title }: BillDocument): Content {
  return {
    columns: [
      { text: utility.name, bold: true, fontSize: 15, color: palette.brand, width: '*' },
      { text: title, fontSize: 15, alignment: 'right', width: 'auto' },
    ],
    margin: [0, 0, 0, 8],
  };
}

function stamp({ stamp }: BillDocument): Content[] {
  if (!stamp) return [];
  return [
    {
      table: {
        widths: ['auto', '*'],
        body: [
          [
            { text: stamp.text, bold: true, fontSize: 15, color: palette.warning, noWrap: true },
            { text: prose(stamp.note), color: palette.warning, margin: [0, 4, 0, 0] },
          ],
        ],
      },
      layout: boxed(palette.warningTint, palette.warning),
      margin: [0, 0, 0, 10],
    },
  ];
}

function summary({ amount, facts }: BillDocument): Content {
  const due: Content = {
    stack: [
      { text: amount.label, color: palette.quiet, fontSize: 10, margin: [0, 0, 0, 3] },
      {
        text: amount.value,
        bold: true,
        fontSize: 25,
        lineHeight: 1.1,
        ...(amount.isVoid ? { color: palette.quiet, decoration: 'lineThrough' } : { color: palette.brand }),
      },
      ...(amount.note ? [{ text: prose(amount.note), fontSize: 8.5, margin: [0, 3, 0, 0] as Margins }] : []),
      ...(amount.facts.length > 0 ? [factTable(amount.facts, [0, 6, 0, 0])] : []),
    ],
  };
  return {
    table: { widths: ['42%', '*'], body: [[due, factTable(facts, [0, 0, 0, 0])]] },
    layout: {
      ...boxed(palette.tint),
      paddingLeft: () => 14,
      paddingRight: () => 14,
      paddingTop: () => 12,
      paddingBottom: () => 12,
    },
  };
}

function factTable(facts: readonly Fact[], margin: Margins): Content {
  return {
    table: {
      widths: ['auto', '*'],
      body: facts.map(({ label, value }) => [
        { text: label, color: palette.quiet, noWrap: true },
        { text: value, bold: true },
      ]),
    },
    layout: { ...none, paddingRight: (column) => (column === 0 ? 10 : 0) },
    margin,
  };
}

function charges({ words, charges, total }: BillDocument): Content[] {
  const rows = charges.map(({ name, amount }): TableCell[] => [name, { text: amount, alignment: 'right' }]);
  const sum: TableCell[] = [
    { text: words.total, bold: true, fontSize: 11 },
    { text: total, bold: true, fontSize: 11, alignment: 'right' },
  ];
  return [
    movableHeading(words.charges),
    {
      table: { widths: ['*', 'auto'], body: [...rows, sum], dontBreakRows: true },
      layout: ruled({ totalRow: true }),
    },
  ];
}

function usage({ usage }: BillDocument): Content[] {
  if (!usage) return [];
  return [
    {
      unbreakable: true,
      stack: [
        heading(usage.title),
        { text: prose(usage.summary), margin: [0, 0, 0, 4] },
        drawing(usageChartSvg(usage, { width: PDF_WIDTH, fontSize: 8 })),
        ...chartKey(usage),
      ],
    },
  ];
}

function chartKey({ series, days, estimated }: UsageChart): Content[] {
  const colours = seriesColours(series.length);
  const keys = series.flatMap(({ name, total }, index) =>
    name ? [key(colours[index]!, `${name} ${total}`)] : [],
  );
  if (days.some(({ isEstimated }) => isEstimated)) keys.push(key(colours[0]!, estimated, 0.35));
  const rows = Array.from({ length: Math.ceil(keys.length / KEYS_A_ROW) }, (_, row) =>
    keys.slice(row * KEYS_A_ROW, (row + 1) * KEYS_A_ROW),
  );
  return rows.map((columns) => ({ columns, columnGap: 14, margin: [MARGIN_OF_AXIS, 3, 0, 0] }));
}

const MARGIN_OF_AXIS = 36;
const KEYS_A_ROW = 3;

function key(colour: string, text: string, opacity = 1): Column {
  return {
    width: `${100 / KEYS_A_ROW}%`,
    columns: [
      {
        width: 'auto',
        canvas: [
          { type: 'rect', x: 0, y: 2, w: 8, h: 8, color: colour, fillOpacity: opacity, lineColor: colour },
        ],
      },
      { width: 'auto', text },
    ],
    columnGap: 4,
  };
}

function tiers({ words, tiers }: BillDocument): Content[] {
  return tiers.map((position, index) => ({
    unbreakable: true,
    stack: [
      ...(index === 0 ? [heading(words.tiers)] : []),
      {
        text: [{ text: position.title, bold: true }, '  ', ...prose(position.summary)],
        margin: [0, index === 0 ? 0 : 8, 0, 4],
      },
      drawing(tierBarSvg(position, PDF_WIDTH)),
      tierTable(position),
    ],
  }));
}

function tierTable({ tiers }: TierPosition): Content {
  return {
    columns: tiers.map(({ name, range, rate, used, isReached }) => ({
      width: '*',
      text: [
        { text: `${name}  `, bold: true },
        { text: `${range}\n`, color: palette.quiet },
        { text: rate && `${rate}  ` },
        ...(isReached ? [{ text: used, bold: true }] : []),
      ],
      fontSize: 8.5,
    })),
    columnGap: 8,
  };
}

function comparison({ words, comparison }: BillDocument): Content[] {
  const { bills, notes } = comparison;
  const header = ['', words.usage, words.usagePerDay, '', words.amount, words.amountPerDay];
  const body = bills.map(
    ({ label, period, days, usage, usagePerDay, share, amount, amountPerDay }, index): TableCell[] => [
      {
        text: [
          { text: `${label}\n`, bold: index === 0 },
          { text: `${period} (${days})`, fontSize: 7.5, color: palette.quiet },
        ],
      },
      right(usage),
      right(usagePerDay),
      {
        canvas: [
          {
            type: 'rect',
            x: 0,
            y: 4,
            w: Math.max(1, share * 56),
            h: 8,
            color: index === 0 ? palette.bar : palette.unreached,
          },
        ],
      },
      right(amount),
      right(amountPerDay),
    ],
  );
  const told = notes.map((note): Content => ({ text: prose(note), margin: [0, 4, 0, 0] }));
  if (bills.length === 1) return [movableHeading(words.comparison), ...told];
  return [
    {
      unbreakable: true,
      stack: [
        heading(words.comparison),
        {
          table: {
            headerRows: 1,
            widths: ['*', 'auto', 'auto', 58, 'auto', 'auto'],
            body: [header.map((text, column) => head(text, column === 0 ? 'left' : 'right')), ...body],
          },
          layout: ruled({}),
        },
        ...told,
      ],
    },
  ];
}

function computation({ words, lines, total }: BillDocument): Content[] {
  const header = [head(words.charge), head(words.calculation), head(words.amount, 'right')];
  const body = lines.map(({ name, period, calculation, amount }): TableCell[] => [
    period ? { text: [`${name}\n`, { text: period, fontSize: 7.5, color: palette.quiet }] } : name,
    { text: calculation },
    right(amount),
  ]);
  const sum: TableCell[] = [
    { text: words.total, bold: true, colSpan: 2 },
    '',
    { text: total, bold: true, alignment: 'right' },
  ];
  return [
    movableHeading(words.computation),
    { text: prose(words.computationNote), color: palette.quiet, margin: [0, 0, 0, 4] },
    {
      table: {
        headerRows: 1,
        keepWithHeaderRows: 2,
        dontBreakRows: true,
        widths: ['38%', '*', 'auto'],
        body: [header, ...body, sum],
      },
      layout: ruled({ totalRow: true }),
    },
  ];
}

function basis({ words, basis }: BillDocument): Content[] {
  const body = basis.determinants.map(({ name, quantity, note }): TableCell[] => [
    name,
    { text: note, color: palette.quiet },
    right(quantity),
  ]);
  return [
    movableHeading(words.basis),
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: ['*', 'auto', 'auto'],
        body: [[head(words.determinant), head(''), head(words.quantity, 'right')], ...body],
      },
      layout: ruled({}),
    },
    { text: [{ text: `${words.quality}: `, bold: true }, ...prose(basis.quality)], margin: [0, 4, 0, 0] },
  ];
}

/** The numbers behind the chart, in columns of days. */
function dailyValues({ words, usage }: BillDocument): Content[] {
  if (!usage) return [];
  const columns = 4;
  const rows = Math.ceil(usage.days.length / columns);
  const body = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => usage.days[column * rows + row]).flatMap(
      (day): TableCell[] =>
        day
          ? [
              { text: day.label, color: palette.quiet },
              right(`${day.quantity}${day.isEstimated ? ' *' : ''}`),
            ]
          : ['', ''],
    ),
  );
  return [
    {
      unbreakable: true,
      stack: [
        heading(`${words.dailyValues} (${usage.unit})`),
        {
          table: { widths: Array.from({ length: columns }, () => ['auto', '*']).flat(), body },
          layout: { ...none, paddingRight: (column) => (column % 2 === 1 ? 22 : 4) },
        },
        ...(usage.days.some(({ isEstimated }) => isEstimated)
          ? [{ text: `* ${usage.estimated}`, color: palette.quiet }]
          : []),
      ],
    },
  ];
}

function legend({ words, explanations }: BillDocument): Content[] {
  if (explanations.length === 0) return [];
  return [
    movableHeading(words.legend),
    {
      table: {
        dontBreakRows: true,
        widths: ['30%', '*'],
        body: explanations.map(({ name, text }): TableCell[] => [
          { text: name, bold: true },
          { text: prose(text) },
        ]),
      },
      layout: ruled({}),
    },
  ];
}
