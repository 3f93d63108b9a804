import pg from 'pg';

/**
 * A database and a role of its own for each service: nobody reads another's tables. Answers their URLs.
 * @param adminUrl connects as a superuser
 */
export async function createDatabases<Name extends string>(
  adminUrl: string,
  services: readonly Name[],
  password: string,
): Promise<Record<Name, string>> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const urls: Partial<Record<Name, string>> = {};
    for (const service of services) urls[service] = await createDatabase(admin, adminUrl, service, password);
    return urls as Record<Name, string>;
  } finally {
    await admin.end();
  }
}

async function createDatabase(
  admin: pg.Client,
  adminUrl: string,
  service: string,
  password: string,
): Promise<string> {
  const name = `metermesh_${service.replaceAll('-', '_')}`;
  const role = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (role.rowCount === 0)
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  const database = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (database.rowCount === 0) {
    await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
    await admin.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
  }
  const url = new URL(adminUrl);
  Object.assign(url, { username: name, password, pathname: `/${name}` });
  return url.href;
}
