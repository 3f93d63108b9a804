import {
  boot,
  generateClaimsKey,
  publicClaimsKeys,
  signClaims,
  type Claims,
  type Running,
} from '@metermesh/service-kit';
import { startNats, startPostgres } from '@metermesh/testing';
import { DeviceRegistryModule } from '../src/device-registry.module.ts';
import { environment } from '../src/environment.ts';

export const operator: Omit<Claims, 'correlationId'> = { subject: 'op-1', roles: ['operator'] };

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data?: any;
  errors?: { message: string; path?: string[]; extensions: { code: string } }[];
}

/** A device-registry on real servers of its own. */
export async function startRegistry() {
  const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  const key = await generateClaimsKey();
  const settings = environment({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    HTTP_PORT: '0',
    DATABASE_URL: await postgres.createDatabase(),
    NATS_URL: nats.url,
    GATEWAY_JWKS: JSON.stringify(publicClaimsKeys(key)),
    KEY_ENCRYPTION_KEY: '0f'.repeat(32),
  });
  const start = () =>
    boot({ name: 'device-registry', environment: settings, module: DeviceRegistryModule.with(settings) });
  const replicas: Running[] = [await start()];

  return {
    settings,
    nats,
    startReplica: async () => {
      const replica = await start();
      replicas.push(replica);
      return replica;
    },
    ask: async (
      query: string,
      variables: object = {},
      who = operator,
      url = replicas[0]!.url,
    ): Promise<Answer> => {
      const claims = await signClaims({ ...who, correlationId: 'test' }, key);
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-metermesh-claims': claims },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    stop: async () => {
      await Promise.all(replicas.map((replica) => replica.close()));
      await Promise.all([postgres.stop(), nats.stop()]);
    },
  };
}
