import { parseAllDocuments } from 'yaml';

/** One Kubernetes object as `helm template` or `kubectl kustomize` prints it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  [field: string]: unknown;
}

/**
 * Reads a stream of YAML documents; empty documents are left out.
 *
 * @throws Error naming the document's place when it is not YAML, or is not a Kubernetes object
 */
export function parseManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document, index) => {
    const place = `document ${index + 1}`;
    if (document.errors[0]) throw new Error(`${place}: ${document.errors[0].message}`);
    const object: unknown = document.toJS();
    if (object === null) return [];
    if (!isManifest(object)) throw new Error(`${place}: apiVersion, kind and metadata.name are needed`);
    return [object];
  });
}

/** How a manifest is called in messages: `Deployment/metermesh-billing`. */
export const manifestName = (manifest: Manifest): string => `${manifest.kind}/${manifest.metadata.name}`;

function isManifest(object: unknown): object is Manifest {
  const { apiVersion, kind, metadata } = object as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}
