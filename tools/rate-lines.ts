import { createInterface } from 'node:readline';
import { refuse, type Refusal } from '@metermesh/decider';
import type { RatingRequest } from '@metermesh/billing/rating';

/** The requests of standard input, one a line, not yet checked; blank lines are none. Refusal: `JSON_INVALID`. */
export async function* requestLines(): AsyncGenerator<RatingRequest | Refusal> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
    // Editors of Windows begin a text with a byte order mark, which `trim` takes for a space and JSON does not.
    if (line.trim()) yield parsed(line.trim());
}

function parsed(line: string): RatingRequest | Refusal {
  try {
    return JSON.parse(line) as RatingRequest;
  } catch (error) {
    return refuse('JSON_INVALID', error instanceof Error ? error.message : String(error));
  }
}
