import type { z } from 'zod';

export interface JsonFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What is wrong where; of alternatives, what is wrong with those that came nearest to being met. */
export function jsonFaults({ issues }: Pick<z.ZodError, 'issues'>): JsonFault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0)
      return [{ path: issue.path, message: issue.message.replace(/^Invalid input: /, '') }];
    return nearest(issue.errors.map((errors) => jsonFaults({ issues: errors }))).map(({ path, message }) => ({
      path: [...issue.path, ...path],
      message,
    }));
  });
}

/** The alternative whose faults lie deepest; where several do at once, all that they expected, as one fault. */
function nearest(alternatives: readonly JsonFault[][]): JsonFault[] {
  const depthOf = (faults: readonly JsonFault[]) => Math.max(...faults.map(({ path }) => path.length));
  const deepest = Math.max(...alternatives.map(depthOf));
  const [first = [], ...others] = alternatives.filter((faults) => depthOf(faults) === deepest);
  if (others.length === 0 || deepest > 0) return first;
  const messages = [first, ...others].flatMap((faults) => faults.map(({ message }) => message));
  return [{ path: [], message: [...new Set(messages)].join(', or ') }];
}

const REPORTED = 10;

/** The first faults as one text, and how many more there are. */
export function faultsText(faults: readonly string[]): string {
  const more = faults.length > REPORTED ? ` (and ${faults.length - REPORTED} more)` : '';
  return faults.slice(0, REPORTED).join('; ') + more;
}
