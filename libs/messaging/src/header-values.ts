import type { MsgHdrs } from '@nats-io/transport-node';

/** Header values are printable ASCII; everything else, and `%`, is percent-encoded as CloudEvents has it. */
export function setHeader(headers: MsgHdrs, name: string, value: string | undefined): void {
  if (value === undefined) return;
  headers.set(
    name,
    value.replace(/[^\x20-\x7e]|%|"/gu, (character) => encodeURIComponent(character.toWellFormed())),
  );
}

/** The value; undefined where there is no such header. */
export function getHeader(headers: MsgHdrs | undefined, name: string): string | undefined {
  if (!headers?.has(name)) return undefined;
  const value = headers.get(name);
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
