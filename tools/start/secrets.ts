import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateClaimsKey } from '@metermesh/service-kit/claims';
import type { JWK } from 'jose';

/** Made on the first start and kept beside the data that they protect. */
export interface Secrets {
  postgresPassword: string;
  /** Password of each service's database role. */
  rolePassword: string;
  /** With which services log in at NATS. */
  natsPassword: string;
  /** Seals meter keys at rest: 32 octets, hexadecimal. */
  keyEncryptionKey: string;
  /** Lets uploads in at the ingestion service. */
  uploadToken: string;
  gatewaySigningKey: JWK;
}

export async function loadSecrets(directory: string): Promise<Secrets> {
  const file = join(directory, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  const hex = () => randomBytes(32).toString('hex');
  const secrets: Secrets = {
    postgresPassword: hex(),
    rolePassword: hex(),
    natsPassword: hex(),
    keyEncryptionKey: hex(),
    uploadToken: hex(),
    gatewaySigningKey: await generateClaimsKey(),
    // Those of an earlier start stay; what a newer release needs besides is added.
    ...kept,
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
