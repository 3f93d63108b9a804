import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FACT_PARTITIONS, factPattern, factSubject, partitionOf } from './subjects.ts';

describe('subjects of facts', () => {
  it('name the service, the event and the partition of the key', () => {
    expect(factSubject('ingestion', 'metermesh.ingestion.v1.LoadProfileValidated', 'a')).toBe(
      'fact.ingestion.load-profile-validated.12',
    );
    expect(factPattern('ingestion', 'load-profile-validated')).toBe(
      'fact.ingestion.load-profile-validated.*',
    );
    expect(factPattern('billing', 'VEERuleChanged', 7)).toBe('fact.billing.vee-rule-changed.07');
  });

  it('hash the key by FNV-1a: published vectors', () => {
    // 32-bit FNV-1a of '', 'a' and 'foobar' (draft-eastlake-fnv): 811c9dc5, e40c292c, bf9cf968.
    expect(['', 'a', 'foobar'].map(partitionOf)).toEqual([0x5, 0xc, 0x8]);
  });

  it('are of a partition that exists, and of all of them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        expect(partitionOf(key)).toBeGreaterThanOrEqual(0);
        expect(partitionOf(key)).toBeLessThan(FACT_PARTITIONS);
      }),
    );
    const hit = new Set(Array.from({ length: 1000 }, (_, n) => partitionOf(`channel-${n}`)));
    expect(hit.size).toBe(FACT_PARTITIONS);
  });
});
