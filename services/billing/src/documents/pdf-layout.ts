import type { Content, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import type { Markup } from './markup.ts';
import { palette } from './palette.ts';

export type Margins = [number, number, number, number];

export const PDF_FONT = 'Gothic A1';
/** Points. */
export const PDF_MARGIN = 42;
const A4_WIDTH = 595.28;
/** Between the margins. */
export const PDF_WIDTH = A4_WIDTH - 2 * PDF_MARGIN;

/** Korean is broken between words, not between syllables: each word is a piece that is not broken. */
export function prose(text: string): Content[] {
  if (!/\p{Script=Hangul}/u.test(text)) return [text];
  return text.split(/(?<= )/).map((word) => ({ text: word, noWrap: /\p{Script=Hangul}/u.test(word) }));
}

/** Within what is kept on one page. */
export function heading(text: string): Content {
  return { text, bold: true, fontSize: 11.5, color: palette.brand, margin: [0, 14, 0, 5] };
}

/** Before what may run over several pages: it moves to the next one where it would stand at the foot. */
export function movableHeading(text: string): Content {
  return { ...(heading(text) as object), headlineLevel: 1 } as Content;
}

export function drawing(svg: Markup): Content {
  return { svg: svg.text, width: PDF_WIDTH, font: PDF_FONT } as Content;
}

export const right = (text: string): TableCell => ({ text, alignment: 'right', noWrap: true });
export const head = (text: string, alignment: 'left' | 'right' = 'left'): TableCell => ({
  text,
  alignment,
  fontSize: 8,
  color: palette.quiet,
});

export const none: CustomTableLayout = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  paddingLeft: () => 0,
  paddingRight: () => 0,
  paddingTop: () => 1,
  paddingBottom: () => 1,
};

export function boxed(fill: string, line?: string): CustomTableLayout {
  return {
    ...none,
    fillColor: () => fill,
    ...(line && {
      hLineWidth: () => 1,
      vLineWidth: (column, { table }) => (column === 0 || column === table.widths!.length ? 1 : 0),
      hLineColor: () => line,
      vLineColor: () => line,
    }),
    paddingLeft: () => 10,
    paddingRight: () => 10,
    paddingTop: () => 6,
    paddingBottom: () => 6,
  };
}

/** Fine lines between rows; a strong one above the total. */
export function ruled({ totalRow = false }): CustomTableLayout {
  const isTotal = (row: number, rows: number) => totalRow && row === rows - 1;
  return {
    ...none,
    hLineWidth: (row, { table }) => (row === 0 ? 0 : isTotal(row, table.body.length) ? 1.2 : 0.5),
    hLineColor: (row, { table }) => (isTotal(row, table.body.length) ? palette.ink : palette.rule),
    paddingRight: (column, { table }) => (column === table.widths!.length - 1 ? 0 : 12),
    paddingTop: () => 3,
    paddingBottom: () => 2,
  };
}
