import type { Mesh } from '../start/mesh.ts';

/** Rows as `POST /readings` takes them. */
export type Upload = (rows: readonly object[]) => Promise<void>;

/** Uploads readings to a mesh on this machine. Throws where a row is refused. */
export function uploadTo({ settings, secrets }: Pick<Mesh, 'settings' | 'secrets'>): Upload {
  return async (readings) => {
    const response = await fetch(`http://${settings.METERMESH_HOST}:${settings.INGESTION_PORT}/readings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secrets.uploadToken}` },
      body: JSON.stringify({ readings }),
    });
    const answer = (await response.json()) as { refused?: number };
    if (answer.refused !== 0) throw new Error(JSON.stringify(answer));
  };
}
