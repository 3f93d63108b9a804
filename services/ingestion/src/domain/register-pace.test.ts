import { describe, expect, it } from '@jest/globals';
import { RegisterPace } from './register-pace.ts';

const HOUR = 3600;

describe('the pace at which registers are recorded', () => {
  const admitted = (pace: RegisterPace, everySeconds: number, seconds: number, key = 'M1') => {
    const admittedAt: number[] = [];
    for (let at = 0; at < seconds; at += everySeconds) if (pace.admits(key, at * 1000)) admittedAt.push(at);
    return admittedAt;
  };

  it('is once a minute, the first time in each, and ten times more an hour', () => {
    const at = admitted(new RegisterPace(60), 1, 2 * HOUR);
    expect(at).toHaveLength(2 * (60 + 10));
    for (let minute = 0; minute < 120; minute++) expect(at).toContain(minute * 60);
  });

  it('does not touch meters that send now and then', () => {
    expect(admitted(new RegisterPace(60), 61, HOUR)).toHaveLength(60);
    const pace = new RegisterPace(60);
    expect([0, 1, 2, 3].map((second) => pace.admits('M1', second * 1000))).not.toContain(false);
  });

  it('is each meter’s own, and can be switched off', () => {
    const pace = new RegisterPace(60);
    expect(admitted(pace, 1, 60, 'M1')).toHaveLength(11);
    expect(admitted(pace, 1, 60, 'M2')).toHaveLength(11);
    expect(admitted(new RegisterPace(0), 1, 60)).toHaveLength(60);
  });

  it('begins anew where what was admitted could not be recorded', () => {
    const pace = new RegisterPace(60);
    const comesAgain = () => pace.admits('M1', 0);
    for (let attempt = 0; attempt < 50; attempt++) {
      expect(comesAgain()).toBe(true);
      pace.forget('M1');
    }
  });
});
