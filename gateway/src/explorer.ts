import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

/**
 * GraphiQL for a browser that opens the endpoint, complete in one page, so that it works in a closed network. For
 * development only: its package is not among those that production installs.
 */
export function explorer(): RequestHandler {
  let page: Promise<Buffer> | undefined;
  return async (request, response, next) => {
    if (request.method !== 'GET' || !request.headers.accept?.includes('text/html')) return next();
    page ??= renderPage();
    response.set({ 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip', vary: 'accept' });
    response.send(await page);
  };
}

async function renderPage(): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Metermesh',
    endpoint: '/graphql',
    subscriptionsProtocol: 'GRAPHQL_SSE',
    headers: JSON.stringify({ authorization: 'Bearer <token>' }, null, 2),
    defaultQuery: '{\n  usagePoints(first: 10) {\n    nodes {\n      id\n      serviceKind\n    }\n  }\n}\n',
  });
  return gzipSync(html);
}
