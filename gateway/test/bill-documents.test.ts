import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Mesh } from './mesh.ts';
import { seen } from './subgraphs.ts';

describe('the document of a bill over HTTP', () => {
  const mesh = new Mesh(['billing']);
  beforeAll(() => mesh.start());
  afterAll(() => mesh.stop());

  async function get(path: string, authorization?: string) {
    const response = await fetch(`${mesh.url}${path}`, { headers: authorization ? { authorization } : {} });
    const { status, headers } = response;
    const body = await response.text();
    const code = status === 200 ? undefined : JSON.parse(body).errors[0].extensions.code;
    return { status, headers, body, code };
  }

  it('is sent as the file itself, asked of the graph as the caller', async () => {
    const answer = await get('/bills/BILL-U1/document?format=pdf&language=ko', await mesh.customerOf('U1'));
    expect(answer).toMatchObject({ status: 200, body: '%PDF-1.7 요금' });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toBe('inline; filename="BILL-U1-ko.pdf"');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(seen.claims).toMatchObject({ roles: ['customer'], customerId: 'customer-of-U1' });
  });

  it('is an English page where nothing else is asked for, and may run nothing', async () => {
    const answer = await get('/bills/BILL-U1/document', await mesh.bearer());
    expect(answer).toMatchObject({ status: 200, body: '<html lang="en">' });
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['nobody', 'BILL-U1', '', async () => undefined, 401, 'UNAUTHENTICATED'],
    ['another customer', 'BILL-U2', '', () => mesh.customerOf('U1'), 403, 'FORBIDDEN'],
    ['whoever asks for none that exists', 'unheard-of', '', () => mesh.bearer(), 404, 'NOT_FOUND'],
    ['whoever asks for Word', 'BILL-U1', '?format=doc', () => mesh.bearer(), 400, 'BAD_REQUEST'],
    ['whoever asks twice', 'BILL-U1', '?language=en&language=ko', () => mesh.bearer(), 400, 'BAD_REQUEST'],
  ])('is not sent to %s', async (_who, id, query, authorization, status, code) => {
    const answer = await get(`/bills/${id}/document${query}`, await authorization());
    expect(answer).toMatchObject({ status, code });
    expect(answer.headers.get('x-correlation-id')).toBeTruthy();
  });

  it('is asked for again later where billing is away', async () => {
    await mesh.stopSubgraphs();
    const answer = await get('/bills/BILL-U1/document', await mesh.bearer());
    expect(answer).toMatchObject({ status: 503, code: 'SUBGRAPH_UNAVAILABLE' });
  });
});
