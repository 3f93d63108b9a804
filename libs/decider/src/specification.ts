import { deepStrictEqual } from 'node:assert/strict';
import { fold, type Decider } from './decider.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/**
 * Reads a decider's rules as sentences: `given(...events).when(command).then(...events)` or `.thenRefused('CODE')`.
 * Failures are ordinary assertion errors, so any test runner shows the difference.
 */
export function specify<Command, State, Event>(decider: Decider<Command, State, Event>) {
  return {
    given: (...history: Event[]) => ({
      when: (command: Command) => outcome(decider.decide(command, fold(decider, history))),
      /** For rules that live in `evolve` alone. */
      thenState: (expected: State) => deepStrictEqual(fold(decider, history), expected),
    }),
  };
}

function outcome<Event>(result: readonly Event[] | Refusal) {
  return {
    then: (...expected: Event[]) =>
      deepStrictEqual(
        isRefusal(result) ? { refused: result.code, because: result.message } : [...result],
        expected,
      ),
    thenNothing: () => deepStrictEqual(result, []),
    thenRefused: (code: string) =>
      deepStrictEqual(isRefusal(result) ? result.code : { decided: result }, code),
  };
}
