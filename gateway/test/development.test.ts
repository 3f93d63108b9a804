import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { Mesh } from './mesh.ts';

describe('the gateway in development', () => {
  const mesh = new Mesh();
  let stopped = false;
  beforeAll(() => mesh.start({ NODE_ENV: 'development' }));
  afterAll(async () => {
    if (!stopped) await mesh.stop();
  });

  it('shows a browser an explorer that loads nothing from elsewhere', async () => {
    const page = await fetch(`${mesh.url}/graphql`, {
      headers: { accept: 'text/html,application/xhtml+xml' },
    });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).toContain('YogaGraphiQL.renderYogaGraphiQL(');
    expect(html).toContain('"subscriptionsProtocol":"GRAPHQL_SSE"');
    expect(html).not.toMatch(/<script[^>]+src=|<link[^>]+href="http/);
  });

  it('tells the schema without a token, and nothing but the schema', async () => {
    const schema = await mesh.query(getIntrospectionQuery());
    const built = buildClientSchema(schema.data as unknown as IntrospectionQuery);
    expect(Object.keys(built.getSubscriptionType()!.getFields())).toEqual([
      'readingReceived',
      'deviceEventReceived',
    ]);

    const placeholder = { authorization: 'Bearer <token>' };
    expect(await mesh.query('{ __schema { queryType { name } } }', placeholder)).toMatchObject({
      status: 200,
    });

    for (const query of [
      '{ __typename usagePoint(id: "U1") { id } }',
      'query A { __typename } query B { usagePoint(id: "U1") { id } }',
      '{ ...F } fragment F on Query { usagePoint(id: "U1") { id } }',
    ]) {
      expect(await mesh.query(query)).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
  });

  it('judges what is executed: the query in the URL of a GET, not a harmless one in its body', async () => {
    const url = `${mesh.url}/graphql?query=${encodeURIComponent('{ usagePoint(id: "U1") { id } }')}`;
    const body = JSON.stringify({ query: '{ __typename }' });
    const headers = {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'apollo-require-preflight': 'true',
    };
    const status = await new Promise((resolve, reject) =>
      request(url, { method: 'GET', headers }, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end(body),
    );
    expect(status).toBe(401);
  });

  it('tells listeners that it stops, and stops while they listen', async () => {
    const response = await fetch(`${mesh.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: await mesh.bearer(),
      },
      body: JSON.stringify({ query: 'subscription { readingReceived(usagePointId: "U1") { id } }' }),
    });
    expect(response.status).toBe(200);
    stopped = true;
    const [events] = await Promise.all([response.text(), mesh.stop()]);
    expect(events).toContain('GATEWAY_STOPPING');
    expect(events).toMatch(/event: complete\ndata:\n\n$/);
  });
});
