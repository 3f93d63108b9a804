import { createHash } from 'node:crypto';

const NAMESPACE = Buffer.from('5d0f8c1e7a3b4f0e9b1c2f6a8e4d7c10', 'hex');

/**
 * The id that the same parts always give: a name-based UUID (RFC 9562, version 5). Parts are separated, so that
 * `ab, c` is not `a, bc`.
 */
export function derivedId(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha1').update(NAMESPACE);
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  const octets = hash.digest().subarray(0, 16);
  octets[6] = (octets[6]! & 0x0f) | 0x50;
  octets[8] = (octets[8]! & 0x3f) | 0x80;
  const hex = octets.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
