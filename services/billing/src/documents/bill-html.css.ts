import { palette } from './palette.ts';

/** For screens of any width and for A4; the fonts are those that readers of each language have. */
export const BILL_CSS = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: ${palette.tint}; color: ${palette.ink}; font: 15px/1.55 Pretendard, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans CJK KR", sans-serif; font-variant-numeric: tabular-nums; word-break: keep-all; overflow-wrap: anywhere; }
main { max-width: 800px; margin: 24px auto; padding: 36px 44px; background: #fff; border: 1px solid ${palette.rule}; border-radius: 6px; }
header { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; justify-content: space-between; margin-bottom: 16px; }
header p { margin: 0; font-size: 22px; font-weight: 700; color: ${palette.brand}; }
h1 { margin: 0; font-size: 22px; font-weight: 400; }
h2 { margin: 34px 0 8px; font-size: 17px; color: ${palette.brand}; }
h3 { margin: 18px 0 4px; font-size: 15px; }
p { margin: 0 0 8px; }
.quiet, th { color: ${palette.quiet}; }
small { display: block; font-size: 12.5px; color: ${palette.quiet}; }
.stamp { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; margin-bottom: 16px; padding: 10px 16px; border: 2px solid ${palette.warning}; border-radius: 4px; background: ${palette.warningTint}; color: ${palette.warning}; }
.stamp strong { font-size: 22px; }
.stamp p { margin: 0; }
.summary { display: grid; grid-template-columns: 5fr 6fr; gap: 20px 28px; padding: 20px 24px; border-radius: 4px; background: ${palette.tint}; }
.due { margin: 0; font-size: 38px; line-height: 1.2; font-weight: 700; color: ${palette.brand}; white-space: nowrap; }
.due s { color: ${palette.quiet}; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
.due + dl, .due + p + dl { margin-top: 10px; }
dt { color: ${palette.quiet}; }
dd { margin: 0; font-weight: 600; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 7px 0 7px 16px; border-bottom: 1px solid ${palette.rule}; text-align: left; vertical-align: top; font-weight: 400; }
th { font-size: 13px; }
tbody th { font-size: inherit; color: inherit; }
th:first-child, td:first-child { padding-left: 0; }
table + p { margin-top: 10px; }
.amount { text-align: right; white-space: nowrap; }
.total th, .total td { border-top: 2px solid ${palette.ink}; font-weight: 700; color: ${palette.ink}; font-size: 17px; }
.comparison { margin-bottom: 8px; }
svg { display: block; max-width: 100%; height: auto; font-family: inherit; }
.narrow { display: none; }
.key { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 4px 0 0 36px; padding: 0; list-style: none; font-size: 13px; }
.key svg { display: inline-block; margin-right: 6px; vertical-align: -1px; }
.tiers { display: grid; grid-auto-columns: 1fr; grid-auto-flow: column; gap: 4px 14px; margin: 4px 0 0; padding: 0; list-style: none; font-size: 13.5px; }
.days { columns: 4; column-gap: 32px; margin: 0; padding: 0; list-style: none; }
.days li { display: flex; justify-content: space-between; break-inside: avoid; border-bottom: 1px solid ${palette.tint}; }
.explanations { display: block; }
.explanations div { display: grid; grid-template-columns: 3fr 7fr; gap: 16px; padding: 6px 0; border-bottom: 1px solid ${palette.rule}; }
.explanations dt { color: inherit; font-weight: 600; }
.explanations dd { font-weight: 400; }
footer { margin-top: 32px; padding-top: 12px; border-top: 1px solid ${palette.rule}; font-size: 13px; color: ${palette.quiet}; }
@media screen and (max-width: 640px) {
  main { margin: 0; padding: 20px 16px; border: 0; border-radius: 0; }
  .summary { grid-template-columns: 1fr; padding: 16px; }
  .wide { display: none; }
  .narrow { display: block; }
  .key { margin-left: 0; }
  .tiers { grid-auto-flow: row; }
  .tiers li { display: flex; flex-wrap: wrap; gap: 0 8px; }
  .days { columns: 2; }
  .explanations div { grid-template-columns: 1fr; gap: 0; }
  .lines thead, .comparison thead, .comparison .share { display: none; }
  .comparison tr { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; padding: 8px 0; border-bottom: 1px solid ${palette.rule}; }
  .comparison th { grid-column: 1 / 3; }
  .comparison th, .comparison td { padding: 0; border: 0; text-align: left; }
  .comparison td::before { content: attr(data-label); display: block; font-size: 12.5px; color: ${palette.quiet}; }
  .lines tr { display: grid; grid-template-columns: 1fr max-content; padding: 6px 0; border-bottom: 1px solid ${palette.rule}; }
  .lines th, .lines td { padding: 0; border: 0; }
  .lines tbody td:nth-child(2) { grid-row: 2; grid-column: 1 / 3; color: ${palette.quiet}; font-size: 13px; }
  .lines .total th, .lines .total td { border: 0; }
}
@page { size: A4; margin: 16mm 15mm; }
@media print {
  tfoot { display: table-row-group; }
  body { background: #fff; font-size: 10.5pt; }
  main { max-width: none; margin: 0; padding: 0; border: 0; }
  .summary, .stamp, .key svg, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2 { margin-top: 20px; break-after: avoid; }
  section, tr, .explanations div { break-inside: avoid; }
  section.long { break-inside: auto; }
}
`;
