import type { Refusal } from './refusal.ts';

/**
 * A decider says everything about one kind of stream: what may happen next, and what has happened so far.
 * It is pure: time, identifiers and tables reach `decide` inside the command.
 */
export interface Decider<Command, State, Event> {
  readonly initialState: State;
  /** What follows from a command; a {@link Refusal} where the caller asked for something that may not be. */
  decide(command: Command, state: State): readonly Event[] | Refusal;
  evolve(state: State, event: Event): State;
}

/** The state after `events`, starting from `from` or from the decider's initial state. */
export function fold<State, Event>(
  decider: Pick<Decider<never, State, Event>, 'initialState' | 'evolve'>,
  events: Iterable<Event>,
  from: State = decider.initialState,
): State {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
