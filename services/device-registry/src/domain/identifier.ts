import { refuse, type Refusal } from '@metermesh/decider';

const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Refuses what cannot serve as the identifier of `thing`: it names streams, files and rows everywhere in the mesh. */
export function faultOfIdentifier(thing: string, value: string): Refusal<'IDENTIFIER_INVALID'> | undefined {
  if (IDENTIFIER.test(value)) return undefined;
  return refuse(
    'IDENTIFIER_INVALID',
    `${JSON.stringify(value)} cannot identify a ${thing}: use 1 to 64 letters, digits, ".", "_", ":" or "-", beginning ` +
      `with a letter or digit.`,
  );
}

/** Refuses a text that is empty, or longer than a line. */
export function faultOfText(field: string, value: string): Refusal<'TEXT_INVALID'> | undefined {
  if (value.trim() !== '' && value.length <= 200) return undefined;
  return refuse('TEXT_INVALID', `${field} must have 1 to 200 characters; it has ${value.trim().length}.`, {
    field,
  });
}
