import { jsonObject, parseEnvironment, port, processEnvironment } from '@metermesh/service-kit';
import type { JWK } from 'jose';
import { z } from 'zod';

const signingKey = jsonObject.refine(
  (key) => key['kty'] === 'OKP' && key['crv'] === 'Ed25519' && typeof key['d'] === 'string',
  'is not a private Ed25519 key as JWK (RFC 8037)',
);

/**
 * Everything that the gateway reads from its environment, parsed once.
 * @throws {EnvironmentError} naming every fault
 */
export const environment = (source?: NodeJS.ProcessEnv) =>
  parseEnvironment(
    {
      ...processEnvironment,
      HTTP_PORT: port(4000),
      /** Private key that signs the claims handed to subgraphs; they know its public half as GATEWAY_JWKS. */
      GATEWAY_SIGNING_KEY: signingKey,
      OIDC_ISSUER: z.url(),
      OIDC_AUDIENCE: z.string().default('metermesh'),
      /** Left out: as the issuer's discovery document says. */
      OIDC_JWKS_URL: z.url().optional(),
      SUBGRAPH_DEVICE_REGISTRY_URL: z.url(),
      SUBGRAPH_INGESTION_URL: z.url(),
      SUBGRAPH_BILLING_URL: z.url(),
      SUBGRAPH_CONTROL_URL: z.url(),
      SUBGRAPH_CUSTOMER_CARE_URL: z.url(),
      /** Levels of fields that one operation may have. */
      QUERY_MAX_DEPTH: z.coerce.number().int().positive().default(12),
      /** Objects that one operation may ask for. */
      QUERY_MAX_COST: z.coerce.number().int().positive().default(10_000),
    },
    source,
  );

export type GatewayEnvironment = ReturnType<typeof environment>;

export function signingKeyOf(environment: GatewayEnvironment): JWK {
  return environment.GATEWAY_SIGNING_KEY as unknown as JWK;
}

/** Where each subgraph of the supergraph answers, e.g. `device-registry` at SUBGRAPH_DEVICE_REGISTRY_URL. */
export function subgraphUrl(environment: GatewayEnvironment, name: string): string {
  const variable = `SUBGRAPH_${name.toUpperCase().replaceAll('-', '_')}_URL`;
  const url = environment[variable as keyof GatewayEnvironment];
  if (typeof url !== 'string')
    throw new Error(`The supergraph has a subgraph "${name}" but no ${variable} exists.`);
  return url;
}
