import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@metermesh/testing';
import { SignJWT } from 'jose';
// The issuer of the embedded default is the real thing.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { startOidcIssuer, type OidcIssuer } from '../../tools/oidc-issuer.ts';
import { Authenticator } from '../src/authentication.ts';

describe('authentication', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metermesh-authentication-'));
  let port: number;
  let issuer: string;
  let oidc: OidcIssuer;
  const start = async () => (oidc = await startOidcIssuer({ port, host: '127.0.0.1', dataDirectory }));
  const bearer = async (roles: string[] = ['customer']) =>
    `Bearer ${await oidc.issueToken({ subject: 'kim', roles, customerId: 'C-1' })}`;

  beforeAll(async () => {
    [port] = (await freePorts(1)) as [number];
    issuer = `http://127.0.0.1:${port}`;
  });
  beforeEach(start);
  afterEach(() => oidc.stop());
  afterAll(() => rmSync(dataDirectory, { recursive: true }));

  it('tells who asks, from the token', async () => {
    const caller = await new Authenticator({ issuer, audience: 'metermesh' }).authenticate(
      await bearer(['customer', 'owner']),
    );
    expect(caller).toMatchObject({
      subject: 'kim',
      roles: ['customer'],
      customerId: 'C-1',
      expiresAt: expect.any(Date),
    });
  });

  it('goes on with the keys it knows while the issuer is away', async () => {
    const authenticator = new Authenticator({ issuer, audience: 'metermesh' });
    const token = await bearer();
    expect(await authenticator.authenticate(token)).toMatchObject({ subject: 'kim' });
    await oidc.stop();
    expect(await authenticator.authenticate(token)).toMatchObject({ subject: 'kim' });
    await expect(authenticator.assertKeysKnown()).resolves.toBeUndefined();
    await start();
  });

  it('says so where the issuer never answered, and recovers when it does', async () => {
    const authenticator = new Authenticator({ issuer, audience: 'metermesh' });
    const token = await bearer();
    await oidc.stop();
    expect(await authenticator.authenticate(token)).toMatchObject({ code: 'IDENTITY_PROVIDER_UNAVAILABLE' });
    await expect(authenticator.assertKeysKnown()).rejects.toThrow();
    await start();
    expect(await authenticator.authenticate(token)).toMatchObject({ subject: 'kim' });
  });

  it('trusts no issuer that calls itself otherwise', async () => {
    const alias = `http://localhost:${port}`;
    const authenticator = new Authenticator({ issuer: alias, audience: 'metermesh' });
    expect(await authenticator.authenticate(await bearer())).toMatchObject({
      code: 'IDENTITY_PROVIDER_UNAVAILABLE',
    });
    await expect(authenticator.assertKeysKnown()).rejects.toThrow(/OIDC_ISSUER/);
  });

  it('takes the key set from where it is told, and still checks who issued the token', async () => {
    const authenticator = new Authenticator({
      issuer: 'https://id.example',
      audience: 'metermesh',
      jwksUrl: `${issuer}/jwks`,
    });
    expect(await authenticator.authenticate(await bearer())).toMatchObject({ code: 'TOKEN_ISSUER_WRONG' });
  });

  it('refuses a token signed with the public key as a shared secret', async () => {
    const jwks = await (await fetch(`${issuer}/jwks`)).text();
    const token = await new SignJWT({ roles: ['supervisor'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('mallory')
      .setIssuer(issuer)
      .setAudience('metermesh')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(jwks));
    const authenticator = new Authenticator({ issuer, audience: 'metermesh' });
    expect(await authenticator.authenticate(`Bearer ${token}`)).toMatchObject({ code: 'TOKEN_INVALID' });
  });
});
