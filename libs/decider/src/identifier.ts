import { refuse, type Refusal } from './refusal.ts';

const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Refuses what cannot serve as the identifier of `thing`: it names streams and rows everywhere in the mesh. */
export function faultOfIdentifier(thing: string, value: string): Refusal<'IDENTIFIER_INVALID'> | undefined {
  if (IDENTIFIER.test(value)) return undefined;
  return refuse(
    'IDENTIFIER_INVALID',
    `${JSON.stringify(value)} cannot identify a ${thing}: use 1 to 64 letters, digits, ".", "_", ":" or "-", beginning ` +
      `with a letter or digit.`,
  );
}
