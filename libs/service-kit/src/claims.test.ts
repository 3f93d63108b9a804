import { beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, type JWK } from 'jose';
import {
  claimsVerifier,
  generateClaimsKey,
  publicClaimsKeys,
  signClaims,
  type Claims,
  type VerifyClaims,
} from './claims.ts';

const claims: Claims = {
  subject: 'user-1',
  roles: ['customer'],
  customerId: 'C-100',
  correlationId: 'correlation-1',
};

describe('signed claims', () => {
  let key: JWK;
  let verify: VerifyClaims;

  beforeAll(async () => {
    key = await generateClaimsKey();
    verify = claimsVerifier(publicClaimsKeys(key));
  });

  /** A token that is right in all but what is given. */
  const tokenWith = (
    change: { audience?: string; issuer?: string; expires?: number; roles?: string[] },
    signingKey: JWK = key,
  ) =>
    new SignJWT({ roles: change.roles ?? ['operator'], correlation_id: 'c' })
      .setProtectedHeader({ alg: 'EdDSA', kid: signingKey.kid! })
      .setSubject('user-1')
      .setIssuer(change.issuer ?? 'metermesh-gateway')
      .setAudience(change.audience ?? 'metermesh-subgraphs')
      .setExpirationTime(change.expires ?? Math.floor(Date.now() / 1000) + 60)
      .sign(signingKey);

  it('arrive as they were signed', async () => {
    expect(await verify(await signClaims(claims, key))).toEqual(claims);
    expect(await verify(await tokenWith({}))).toMatchObject({ subject: 'user-1', roles: ['operator'] });
  });

  it('are refused where they are missing', async () => {
    expect(await verify(undefined)).toMatchObject({ code: 'CLAIMS_MISSING' });
  });

  it('are refused where another key signed them, even under the name of the right one', async () => {
    const forger = { ...(await generateClaimsKey()), kid: key.kid! };
    expect(await verify(await signClaims(claims, forger))).toMatchObject({ code: 'CLAIMS_INVALID' });
  });

  it('are refused where a word of them was changed', async () => {
    const [header, , signature] = (await signClaims(claims, key)).split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims, roles: ['supervisor'] })).toString('base64url');
    expect(await verify(`${header}.${payload}.${signature}`)).toMatchObject({ code: 'CLAIMS_INVALID' });
  });

  it.each([
    ['expired', { expires: 1_000_000 }],
    ['meant for another audience', { audience: 'elsewhere' }],
    ['of another issuer', { issuer: 'someone' }],
    ['naming an unknown role', { roles: ['emperor'] }],
  ])('are refused where they are %s', async (_why, change) => {
    expect(await verify(await tokenWith(change))).toMatchObject({ code: 'CLAIMS_INVALID' });
  });

  it('are refused where they are not a token at all, or are not signed', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
      JSON.stringify({ sub: 'x', roles: ['supervisor'] }),
    ).toString('base64url')}.`;
    expect(await verify('garbage')).toMatchObject({ code: 'CLAIMS_INVALID' });
    expect(await verify(unsigned)).toMatchObject({ code: 'CLAIMS_INVALID' });
  });

  it('are accepted from the old and the new key while a key is being replaced', async () => {
    const next = await generateClaimsKey();
    const verifyBoth = claimsVerifier(publicClaimsKeys(key, next));
    expect(await verifyBoth(await signClaims(claims, key))).toEqual(claims);
    expect(await verifyBoth(await signClaims(claims, next))).toEqual(claims);
  });

  it('are checked with keys that hold no secret', () => {
    expect(JSON.stringify(publicClaimsKeys(key))).not.toContain(key.d);
  });
});
