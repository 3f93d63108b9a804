import { describe, expect, it } from '@jest/globals';
import { fold, isRefusal, refuse, specify, type Decider } from './index.ts';

type Event = { type: 'opened' } | { type: 'closed'; by: string };
type Command = { type: 'open' } | { type: 'close'; by: string };

const door: Decider<Command, { open: boolean }, Event> = {
  initialState: { open: false },
  decide(command, state) {
    switch (command.type) {
      case 'open':
        return state.open ? [] : [{ type: 'opened' }];
      case 'close':
        return state.open
          ? [{ type: 'closed', by: command.by }]
          : refuse('DOOR_NOT_OPEN', 'Open the door first.');
    }
  },
  evolve: (_state, event) => ({ open: event.type === 'opened' }),
};
const { given } = specify(door);

describe('a decider', () => {
  it('answers events for a command that its history allows', () => {
    given({ type: 'opened' }).when({ type: 'close', by: 'kim' }).then({ type: 'closed', by: 'kim' });
  });

  it('answers nothing where there is nothing to do', () => {
    given({ type: 'opened' }).when({ type: 'open' }).thenNothing();
  });

  it('refuses with a stable code, as a value', () => {
    given().when({ type: 'close', by: 'kim' }).thenRefused('DOOR_NOT_OPEN');
    expect(isRefusal(door.decide({ type: 'close', by: 'kim' }, door.initialState))).toBe(true);
  });

  it('folds its history into a state, from the beginning or from a known state', () => {
    expect(fold(door, [{ type: 'opened' }])).toEqual({ open: true });
    expect(fold(door, [{ type: 'closed', by: 'kim' }], { open: true })).toEqual({ open: false });
  });
});

describe('a specification', () => {
  it('fails when the decision differs, so that a wrong rule cannot pass', () => {
    expect(() => given().when({ type: 'open' }).thenNothing()).toThrow();
    expect(() => given().when({ type: 'open' }).thenRefused('DOOR_NOT_OPEN')).toThrow();
    expect(() => given().when({ type: 'close', by: 'kim' }).then({ type: 'opened' })).toThrow();
    expect(() => given({ type: 'opened' }).thenState({ open: false })).toThrow();
  });
});
