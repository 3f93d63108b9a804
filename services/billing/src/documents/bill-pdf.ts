import { createRequire } from 'node:module';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { BillDocument } from './bill-document.ts';
import { billPdfContent } from './bill-pdf-content.ts';
import { palette } from './palette.ts';
import { PDF_FONT, PDF_MARGIN } from './pdf-layout.ts';

type PdfMake = typeof import('pdfmake');

const FONT_FILES = {
  normal: '@expo-google-fonts/gothic-a1/400Regular/GothicA1_400Regular.ttf',
  bold: '@expo-google-fonts/gothic-a1/700Bold/GothicA1_700Bold.ttf',
};

/** Of the height between the margins. */
const LOWEST_HEADING = 0.86;

/** A bill as PDF on A4: text that can be selected, its fonts within; the same bytes for the same document. */
export async function billPdf(bill: BillDocument): Promise<Buffer> {
  const library = await pdfmake();
  return library.createPdf(definition(bill)).getBuffer();
}

let loaded: Promise<PdfMake> | undefined;

/** Loaded with the first bill: a service that draws none need not wait for it. */
function pdfmake(): Promise<PdfMake> {
  loaded ??= import('pdfmake').then((module) => {
    const library = (module as unknown as { default: PdfMake }).default;
    const { resolve } = createRequire(import.meta.url);
    const [normal, bold] = [resolve(FONT_FILES.normal), resolve(FONT_FILES.bold)];
    library.setFonts({ [PDF_FONT]: { normal, bold, italics: normal, bolditalics: bold } });
    library.setLocalAccessPolicy((path) => path === normal || path === bold);
    library.setUrlAccessPolicy(() => false);
    return library;
  });
  return loaded;
}

function definition(bill: BillDocument): TDocumentDefinitions {
  const { language, words, utility, fullTitle, issuedAt } = bill;
  return {
    pageSize: 'A4',
    pageMargins: [PDF_MARGIN, PDF_MARGIN, PDF_MARGIN, PDF_MARGIN + 14],
    language,
    // PDF 1.7 (ISO 32000-1), the first that viewers show the title of instead of the file's name.
    version: '1.7',
    displayTitle: true,
    info: {
      title: fullTitle,
      author: utility.name,
      subject: bill.facts.map(({ label, value }) => `${label}: ${value}`).join('; '),
      creator: 'Metermesh',
      producer: 'Metermesh',
      creationDate: issuedAt,
      modDate: issuedAt,
    },
    defaultStyle: { font: PDF_FONT, fontSize: 9, lineHeight: 1.25, color: palette.ink },
    content: billPdfContent(bill),
    // A heading at the foot of a page goes with what it heads.
    pageBreakBefore: ({ headlineLevel, startPosition }) =>
      headlineLevel === 1 && startPosition.verticalRatio > LOWEST_HEADING,
    footer: (page, pages) => ({
      margin: [PDF_MARGIN, 10, PDF_MARGIN, 0],
      fontSize: 7.5,
      color: palette.quiet,
      columns: [
        { text: [utility.name, utility.contact].filter(Boolean).join(' · '), width: '*' },
        { text: words.page(page, pages), width: 'auto', alignment: 'right' },
      ],
    }),
  };
}
