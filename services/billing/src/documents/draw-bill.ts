import { billDocument } from './bill-document.ts';
import type { BillFacts } from './bill-facts.ts';
import type { Language } from './formats.ts';

export type DocumentFormat = 'html' | 'pdf';

export interface DrawnBill {
  readonly mediaType: string;
  readonly fileName: string;
  readonly content: Buffer;
}

/** Draws a bill; what draws it is loaded when it is first needed. */
export async function drawBill(
  facts: BillFacts,
  format: DocumentFormat,
  language: Language,
): Promise<DrawnBill> {
  const document = billDocument(facts, language);
  const fileName = `${facts.bill.id.replace(/[^\w.-]/g, '_')}-${language}.${format}`;
  if (format === 'pdf') {
    const { billPdf } = await import('./bill-pdf.ts');
    return { mediaType: 'application/pdf', fileName, content: await billPdf(document) };
  }
  const { billHtml } = await import('./bill-html.ts');
  return { mediaType: 'text/html; charset=utf-8', fileName, content: Buffer.from(billHtml(document)) };
}
