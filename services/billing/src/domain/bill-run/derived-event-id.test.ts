import { describe, expect, it } from '@jest/globals';
import { derivedEventId } from './derived-event-id.ts';

describe('the identifier of an event of a run', () => {
  it('is a name-based UUID, the same for the same place of the same stream in the same run, and no other', () => {
    const id = derivedEventId('RUN-1', 'AGR-1-2026-10-01', 2);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(derivedEventId('RUN-1', 'AGR-1-2026-10-01', 2)).toBe(id);
    const others = [
      derivedEventId('RUN-2', 'AGR-1-2026-10-01', 2),
      derivedEventId('RUN-1', 'AGR-2-2026-10-01', 2),
      derivedEventId('RUN-1', 'AGR-1-2026-10-01', 3),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
