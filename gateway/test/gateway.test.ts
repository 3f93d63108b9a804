import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateClaimsKey, signClaims } from '@metermesh/service-kit';
import { SignJWT, generateKeyPair } from 'jose';
import { Mesh } from './mesh.ts';
import { seen } from './subgraphs.ts';

const QUESTION = '{ usagePoint(id: "U1") { id address } }';

describe('the gateway', () => {
  const mesh = new Mesh();
  beforeAll(() => mesh.start());
  afterAll(() => mesh.stop());

  const ask = async (query: string, variables = {}) =>
    mesh.query(query, { authorization: await mesh.bearer() }, variables);
  const codeOf = async (query: string, headers: Record<string, string>) => {
    const { status, errors } = await mesh.query(query, headers);
    return { status, code: errors?.[0]?.extensions['code'], message: errors?.[0]?.message };
  };

  describe('asked with a token', () => {
    it('answers from the subgraphs', async () => {
      expect(await ask(QUESTION)).toMatchObject({
        status: 200,
        data: { usagePoint: { id: 'U1', address: 'U1 Street' } },
      });
    });

    it('hands the subgraph who asks, signed, with the correlation id and the trace', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const answer = await mesh.query(QUESTION, {
        authorization: await mesh.customerOf('U1'),
        'x-correlation-id': 'case-17',
        traceparent,
      });
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.headers.get('x-correlation-id')).toBe('case-17');
      expect(seen.claims).toEqual({
        subject: 'user-1',
        roles: ['customer'],
        customerId: 'customer-of-U1',
        correlationId: 'case-17',
      });
      expect(seen.headers['x-correlation-id']).toBe('case-17');
      expect(String(seen.headers['traceparent'])).toContain('0af7651916cd43dd8448eb211c80319c');
      expect(seen.headers['authorization']).toBeUndefined();
    });

    it('makes a correlation id where none came, or none that can be logged', async () => {
      const authorization = await mesh.bearer();
      const none = await mesh.query(QUESTION, { authorization });
      const odd = await mesh.query(QUESTION, { authorization, 'x-correlation-id': 'a b {"x":1}' });
      expect(none.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(odd.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('passes on only the roles that exist', async () => {
      await mesh.query(QUESTION, { authorization: await mesh.bearer({ roles: ['operator', 'emperor'] }) });
      expect(seen.claims?.roles).toEqual(['operator']);
    });

    it('takes nobody for a customer who has not that role', async () => {
      await mesh.query(QUESTION, { authorization: await mesh.customerOf('U1', { roles: ['partner'] }) });
      expect(seen.claims).toMatchObject({ roles: ['partner'] });
      expect(seen.claims).not.toHaveProperty('customerId', expect.anything());
    });
  });

  describe('asked without a token that holds', () => {
    const forged = async () => {
      const { privateKey } = await generateKeyPair('ES256');
      return new SignJWT({ roles: ['supervisor'] })
        .setProtectedHeader({ alg: 'ES256' })
        .setSubject('mallory')
        .setIssuer(mesh.oidc.issuer)
        .setAudience('metermesh')
        .setExpirationTime('1h')
        .sign(privateKey);
    };
    const unsigned = () => {
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${encode({ alg: 'none' })}.${encode({ sub: 'm', roles: ['supervisor'], iss: mesh.oidc.issuer, aud: 'metermesh' })}.`;
    };

    it.each([
      ['none', async () => ({}), 'UNAUTHENTICATED'],
      ['no bearer token', async () => ({ authorization: 'Basic dXNlcg==' }), 'UNAUTHENTICATED'],
      ['a forged one', async () => ({ authorization: `Bearer ${await forged()}` }), 'TOKEN_INVALID'],
      ['an unsigned one', async () => ({ authorization: `Bearer ${unsigned()}` }), 'TOKEN_INVALID'],
      ['garbage', async () => ({ authorization: 'Bearer garbage' }), 'TOKEN_INVALID'],
      [
        'an expired one',
        async () => ({ authorization: await mesh.bearer({ expiresIn: -60 }) }),
        'TOKEN_EXPIRED',
      ],
      [
        'one for elsewhere',
        async () => ({ authorization: await mesh.bearer({ audience: 'elsewhere' }) }),
        'TOKEN_AUDIENCE_WRONG',
      ],
    ])('refuses %s, with what to do', async (_what, headers, code) => {
      const answer = await codeOf(QUESTION, await headers());
      expect(answer).toMatchObject({ status: 401, code });
      expect(answer.message).toContain(mesh.oidc.issuer);
    });

    it('lets no page of another site ask in its reader’s name', async () => {
      const preflight = await fetch(`${mesh.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
      const form = await fetch(`${mesh.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', authorization: await mesh.bearer() },
        body: JSON.stringify({ query: QUESTION }),
      });
      expect(form.status).toBe(400);
    });

    it('does not tell even the schema', async () => {
      expect(await codeOf('{ __schema { queryType { name } } }', {})).toMatchObject({ status: 401 });
    });
  });

  describe('a subgraph asked past the gateway', () => {
    const direct = (headers: Record<string, string>) =>
      fetch(mesh.registryUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: QUESTION }),
      }).then(async (response) => ({ status: response.status, body: await response.text() }));

    it('refuses a request without claims, even with a good token', async () => {
      const answer = await direct({ authorization: await mesh.bearer() });
      expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('CLAIMS_MISSING') });
    });

    it('refuses claims that another signed', async () => {
      const claims = await signClaims(
        { subject: 'mallory', roles: ['supervisor'], correlationId: 'x' },
        await generateClaimsKey(),
      );
      const answer = await direct({ 'x-metermesh-claims': claims });
      expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('CLAIMS_INVALID') });
    });

    it('is not reached by claims that a caller sends to the gateway', async () => {
      const claims = await signClaims(
        { subject: 'mallory', roles: ['supervisor'], correlationId: 'x' },
        await generateClaimsKey(),
      );
      await mesh.query(QUESTION, { authorization: await mesh.bearer(), 'x-metermesh-claims': claims });
      expect(seen.claims?.subject).toBe('user-1');
    });
  });

  describe('errors', () => {
    it('of a subgraph keep their code', async () => {
      const answer = await mesh.query(QUESTION, { authorization: await mesh.customerOf('U2') });
      expect(answer.errors).toMatchObject([{ path: ['usagePoint'], extensions: { code: 'FORBIDDEN' } }]);
      expect(answer.errors![0]!.message).toContain('U1');
    });

    it('that are bugs tell nothing of the inside', async () => {
      const answer = await ask('{ usagePoint(id: "broken") { id } }');
      expect(answer.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|stack|\.ts:|node_modules/);
    });

    it('name the subgraph that cannot be asked, and leave the rest answered', async () => {
      const answer = await ask('{ usagePoint(id: "U1") { id } tariffs { id } }');
      expect(answer.errors).toMatchObject([
        { extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'billing' } },
      ]);
      const part = await ask('{ usagePoint(id: "U1") { id agreement { id } } }');
      expect(part).toMatchObject({
        data: { usagePoint: { id: 'U1', agreement: null } },
        errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'customer-care' } }],
      });
      expect(JSON.stringify([answer, part])).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|stack/);
    });
  });

  describe('limits', () => {
    it.each([
      [
        'too deep',
        `{ usagePoint(id: "U1") ${'{ meters { usagePoint '.repeat(6)} { id } ${'} }'.repeat(6)} }`,
        'QUERY_TOO_DEEP',
      ],
      [
        'too costly',
        '{ usagePoints(first: 500) { nodes { readings(last: 100) { id } } } }',
        'QUERY_TOO_COSTLY',
      ],
      [
        'of too many aliases',
        `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: usagePoint(id: "U1") { id }`).join(' ')} }`,
        'QUERY_TOO_MANY_ALIASES',
      ],
      ['too long', `{ ${'usagePoint(id: "U1") { id } '.repeat(600)} }`, 'QUERY_TOO_LONG'],
    ])('refuse a query that is %s', async (_what, query, code) => {
      expect(await codeOf(query, { authorization: await mesh.bearer() })).toMatchObject({
        status: 400,
        code,
      });
    });

    it('are not walked around with variables', async () => {
      const query = 'query ($n: Int) { usagePoints(first: $n) { nodes { id } } }';
      expect(await ask(query, { n: 3 })).toMatchObject({ status: 200 });
      expect((await ask(query, { n: 1_000_000 })).errors).toMatchObject([
        { extensions: { code: 'QUERY_TOO_COSTLY' } },
      ]);
    });

    it('refuse a request that is too large', async () => {
      const query = `# ${'x'.repeat(200_000)}\n${QUESTION}`;
      expect(await codeOf(query, { authorization: await mesh.bearer() })).toMatchObject({
        status: 413,
        code: 'REQUEST_TOO_LARGE',
      });
    });

    it('refuse several operations in one request, and introspection in production', async () => {
      const headers = { authorization: await mesh.bearer(), 'content-type': 'application/json' };
      const body = JSON.stringify([{ query: QUESTION }, { query: QUESTION }]);
      const batch = await fetch(`${mesh.url}/graphql`, { method: 'POST', headers, body });
      expect(batch.status).toBe(400);
      expect(await codeOf('{ __schema { queryType { name } } }', headers)).toMatchObject({
        status: 400,
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
      const page = await fetch(`${mesh.url}/graphql`, { headers: { accept: 'text/html' } });
      expect(await page.text()).not.toContain('GraphiQL');
    });

    it('refuse a subscription over POST, and say where it belongs', async () => {
      const answer = await ask('subscription { readingReceived(usagePointId: "U1") { id } }');
      expect(answer).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'SUBSCRIPTION_TRANSPORT' } }],
      });
    });
  });

  describe('operation', () => {
    it('says that it lives and is ready, and what it measures', async () => {
      expect((await fetch(`${mesh.url}/health/live`)).status).toBe(200);
      const ready = await fetch(`${mesh.url}/health/ready`);
      expect({ status: ready.status, body: await ready.json() }).toEqual({
        status: 200,
        body: { status: 'ok' },
      });
      expect(await (await fetch(`${mesh.url}/metrics`)).text()).toContain('nodejs_eventloop_lag');
    });
  });
});
