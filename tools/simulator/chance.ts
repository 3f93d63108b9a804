/**
 * Chance that repeats: the same seed and number always give the same, in [0, 1). FNV-1a of the seed, then the finalizer of
 * MurmurHash3 (A. Appleby, public domain) over it and the number's two halves.
 */
export function chance(seed: string, number: number): number {
  let hash = seedHash(seed);
  hash = mix(hash ^ (number >>> 0));
  hash = mix(hash ^ Math.floor(number / 2 ** 32));
  return (hash >>> 0) / 2 ** 32;
}

/** The same, in [−1, 1). */
export const swing = (seed: string, number: number): number => chance(seed, number) * 2 - 1;

const hashes = new Map<string, number>();
const MOST_SEEDS = 100_000;

function seedHash(seed: string): number {
  const known = hashes.get(seed);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  if (hashes.size >= MOST_SEEDS) hashes.clear();
  hashes.set(seed, hash);
  return hash;
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
