import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Demo } from '../demo/demo.ts';
import type { Mesh } from './mesh.ts';

export const tokenRoles = ['customer', 'partner', 'operator', 'supervisor'] as const;

/**
 * Prints what a newcomer needs, and writes the same to `demo.json` in the data directory: the endpoint, one bearer token
 * a role, the head-end's addresses and the identifiers of the demo objects.
 */
export async function writeSummary(mesh: Mesh, demo: Demo | undefined, seconds: number): Promise<void> {
  const { settings } = mesh;
  const host = settings.METERMESH_HOST;
  const tokens = mesh.oidc ? await demoTokens(mesh, demo) : {};
  const summary = {
    endpoint: mesh.endpoint,
    tokens,
    headEnd: {
      dlms: `${host}:${settings.DLMS_PORT}`,
      dsmr: `${host}:${settings.DSMR_PORT}`,
      sml: `${host}:${settings.SML_PORT}`,
      mbus: `${host}:${settings.MBUS_PORT}`,
      upload: `http://${host}:${settings.INGESTION_PORT}/readings`,
      frames: `http://${host}:${settings.INGESTION_PORT}/frames`,
      uploadToken: mesh.secrets.uploadToken,
      ...(settings.NATS_URL ? {} : { mqtt: `mqtt://${host}:${settings.MQTT_PORT}` }),
    },
    ...(demo && { demo: demo.objects }),
  };
  const file = join(settings.data, 'demo.json');
  writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`, { mode: 0o600 });
  console.log(`
Metermesh is up after ${seconds.toFixed(1)} s.

  GraphQL     ${mesh.endpoint}   (open it in a browser for the explorer)
  head-end    DLMS/COSEM push on ${summary.headEnd.dlms}, uploads on ${summary.headEnd.upload}
  logs        ${join(settings.data, 'log')}
  all of this ${file}
${Object.entries(tokens)
  .map(([role, token]) => `\n  ${role}\n    ${token}\n`)
  .join('')}${demo ? `\n  demo\n${indent(demo.objects)}\n` : ''}
Ctrl-C stops everything; the data stays.`);
}

async function demoTokens(mesh: Mesh, demo: Demo | undefined): Promise<Record<string, string>> {
  const tokens = tokenRoles.map(async (role) => {
    const customerId = role === 'customer' ? demo?.objects.customerId : undefined;
    return [
      role,
      await mesh.oidc!.issueToken({ subject: `demo-${role}`, roles: [role], customerId, expiresIn: '30d' }),
    ];
  });
  return Object.fromEntries(await Promise.all(tokens)) as Record<string, string>;
}

function indent(objects: object): string {
  return Object.entries(objects)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `    ${name}: ${String(value)}`)
    .join('\n');
}
