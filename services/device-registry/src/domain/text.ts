import { refuse, type Refusal } from '@metermesh/decider';

/** Refuses a text that is empty, or longer than a line. */
export function faultOfText(field: string, value: string): Refusal<'TEXT_INVALID'> | undefined {
  if (value.trim() !== '' && value.length <= 200) return undefined;
  return refuse('TEXT_INVALID', `${field} must have 1 to 200 characters; it has ${value.trim().length}.`, {
    field,
  });
}
