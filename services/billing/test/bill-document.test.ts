import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillingService, codeOf, customer, isBilled, STARTING_MS } from './billing-service.test-kit.ts';
import { datesOf, type Household } from './household-facts.ts';

const DOCUMENT = `query ($id: ID!, $format: DocumentFormat!, $language: DocumentLanguage!) {
  bill(id: $id) { total document(format: $format, language: $language) { mediaType fileName text base64 } }
}`;

let service: BillingService;
let household: Household;
let id: string;

beforeAll(async () => {
  service = await BillingService.start();
  household = await service.settle();
  await service.publishDays(household, datesOf('2025-09-01', '2025-10-01'), 300);
  await service.publishDays(household, datesOf('2025-10-01', '2025-11-01'), 471);
  await service.closeUntil(household, '2025-09-01', isBilled);
  const { bill } = await service.closeUntil(household, '2025-10-01', isBilled);
  id = bill!.id;
}, STARTING_MS);
afterAll(() => service?.stop());

interface Document {
  mediaType: string;
  fileName: string;
  text: string | null;
  base64: string;
}

async function documentOf(format: string, language: string): Promise<Document & { total: string }> {
  const { data, errors } = await service.ask(
    DOCUMENT,
    { id, format, language },
    customer(household.customerId),
  );
  expect(errors).toBeUndefined();
  const { total, document } = data!['bill'] as { total: string; document: Document };
  return { total, ...document };
}

describe('the document of an issued bill', () => {
  it('is a page for its customer, with the total, beside the bill before', async () => {
    const { total, mediaType, fileName, text, base64 } = await documentOf('HTML', 'KO');
    expect({ mediaType, fileName }).toEqual({
      mediaType: 'text/html; charset=utf-8',
      fileName: `${id}-ko.html`,
    });
    expect(text).toContain(`<p class="due">₩${Number(total).toLocaleString('en')}</p>`);
    expect(text).toContain('2025년 9월 1일~30일');
    expect(text).toContain('직전 청구보다 하루 평균 57% 더 사용하셨습니다.');
    expect(Buffer.from(base64, 'base64').toString()).toBe(text);
  });

  it('is a PDF', async () => {
    const { mediaType, text, base64 } = await documentOf('PDF', 'EN');
    expect({ mediaType, text }).toEqual({ mediaType: 'application/pdf', text: null });
    expect(Buffer.from(base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is nobody else’s', async () => {
    const stranger = { roles: ['customer' as const], customerId: 'somebody-else' };
    const answer = await service.ask(DOCUMENT, { id, format: 'HTML', language: 'KO' }, stranger);
    expect(codeOf(answer)).toBe('FORBIDDEN');
    expect(answer.data?.['bill']).toBeNull();
  });
});
