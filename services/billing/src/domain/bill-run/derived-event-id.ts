import { hash } from 'node:crypto';

/**
 * The identifier that a run gives the event at a place of a stream (a name-based UUID, RFC 9562, version 8: the first octets
 * of SHA-256): what a run records again, after it was killed, is no second fact.
 */
export function derivedEventId(runId: string, stream: string, revision: number): string {
  const digits = hash('sha256', `${runId} ${stream} ${revision}`);
  const variant = '89ab'[Number.parseInt(digits[16]!, 16) & 3]!;
  return (
    `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-` +
    `${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`
  );
}
