import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startOidcIssuer, type OidcIssuer } from './oidc-issuer.ts';

describe('the OIDC issuer for development', () => {
  let dataDirectory: string;
  let issuer: OidcIssuer;
  const start = () => startOidcIssuer({ port: 0, host: '127.0.0.1', dataDirectory });

  beforeEach(async () => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'metermesh-oidc-'));
    issuer = await start();
  });
  afterEach(async () => {
    await issuer.stop();
    rmSync(dataDirectory, { recursive: true });
  });

  const keysByDiscovery = async ({ issuer }: OidcIssuer) => {
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri, issuer: named } = (await discovery.json()) as { jwks_uri: string; issuer: string };
    expect(named).toBe(issuer);
    return createRemoteJWKSet(new URL(jwks_uri));
  };

  it('issues tokens that its discovered keys verify', async () => {
    const token = await issuer.issueToken({ subject: 'kim', roles: ['customer'], customerId: 'C-1' });
    const { payload } = await jwtVerify(token, await keysByDiscovery(issuer), { audience: 'metermesh' });
    expect(payload).toMatchObject({
      iss: issuer.issuer,
      sub: 'kim',
      roles: ['customer'],
      customer_id: 'C-1',
    });
  });

  it('keeps its key, so that yesterday’s tokens still hold after a restart', async () => {
    const token = await issuer.issueToken({ subject: 'kim', roles: [] });
    await issuer.stop();
    issuer = await start();
    await expect(jwtVerify(token, await keysByDiscovery(issuer))).resolves.toBeDefined();
  });

  it('keeps its key to itself', async () => {
    expect(statSync(join(dataDirectory, 'oidc-key.json')).mode & 0o777).toBe(0o600);
    const published = await (await fetch(`${issuer.issuer}/jwks`)).text();
    expect(JSON.parse(published)).toMatchObject({ keys: [{ kty: 'EC', alg: 'ES256' }] });
    expect(JSON.parse(published).keys[0]).not.toHaveProperty('d');
  });

  it('tells which port is taken', async () => {
    const port = Number(new URL(issuer.issuer).port);
    await expect(startOidcIssuer({ port, host: '127.0.0.1', dataDirectory })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port,
    });
  });
});
