import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { all, fact, type Contract } from './contract-kit.ts';
import { streamName, type Append, type ExpectedRevision, type NewEvent } from './event-store.ts';

/** What an append records, and what it refuses. */
export function describeAppending(contract: Contract): void {
  const { stream, append, typesIn } = contract;

  describe('appending', () => {
    it('records what it was given, and says where', async () => {
      const event: NewEvent = {
        id: randomUUID(),
        type: 'metermesh.ingestion.v1.RegisterRead',
        data: Uint8Array.from([0, 1, 127, 128, 255]),
        metadata: {
          occurredAt: '2026-11-01T00:15:00Z',
          actor: 'ingestion',
          reading: 'naïve 검침 "quoted" \\',
        },
      };
      const before = Date.now();

      const [result] = await contract.store.append(append(stream(), 'no-stream', event));

      const [recorded, ...more] = await all(contract.store.read(stream()));
      expect(more).toEqual([]);
      expect(recorded).toEqual({
        ...event,
        stream: stream(),
        revision: 0,
        position: result!.position,
        recordedAt: recorded!.recordedAt,
      });
      expect(Math.abs(recorded!.recordedAt.getTime() - before)).toBeLessThan(60_000);
      expect(result).toEqual({
        stream: stream(),
        revision: 0,
        position: expect.any(String),
        duplicate: false,
      });
    });

    it('keeps data of no and of many bytes', async () => {
      const large = new Uint8Array(300_000).map((_, index) => index * 31);
      await contract.store.append(
        append(
          stream(),
          'any',
          { ...fact('Empty'), data: new Uint8Array() },
          { ...fact('Large'), data: large },
        ),
      );
      const [empty, full] = await all(contract.store.read(stream()));
      expect(empty!.data).toHaveLength(0);
      expect(Buffer.compare(full!.data, large)).toBe(0);
    });

    it('numbers the events of a stream from 0 without gaps', async () => {
      await contract.store.append(append(stream(), 'any', fact('A'), fact('B')));
      const [result] = await contract.store.append(append(stream(), 'any', fact('C')));
      expect(result!.revision).toBe(2);
      expect((await all(contract.store.read(stream()))).map(({ revision }) => revision)).toEqual([0, 1, 2]);
    });

    it.each<[ExpectedRevision, number, number | 'no-stream']>([
      ['no-stream', 1, 0],
      [0, 0, 'no-stream'],
      [0, 2, 1],
      [2, 2, 1],
    ])(
      'refuses an expected revision of %p where %i events are, naming the actual one',
      async (expected, existing, actual) => {
        const present = Array.from({ length: existing }, () => fact('Present'));
        if (existing > 0) await contract.store.append(append(stream(), 'any', ...present));

        await expect(contract.store.append(append(stream(), expected, fact('Late')))).rejects.toMatchObject({
          name: 'WrongExpectedRevision',
          code: 'WRONG_EXPECTED_REVISION',
          stream: stream(),
          expected,
          actual,
        });
        expect(await all(contract.store.read(stream()))).toHaveLength(existing);
      },
    );

    it('accepts the expected revision that the stream has', async () => {
      await contract.store.append(append(stream(), 'no-stream', fact('A')));
      await contract.store.append(append(stream(), 0, fact('B'), fact('C')));
      await contract.store.append(append(stream(), 2, fact('D')));
      expect(await typesIn(stream())).toEqual(['A', 'B', 'C', 'D']);
    });

    it('does nothing when asked for nothing', async () => {
      expect(await contract.store.append()).toEqual([]);
    });
  });

  describe('appending to many streams', () => {
    it('records all, answering in the order asked', async () => {
      const appends = ['m3', 'm1', 'm2'].map((id) =>
        append(stream(id), 'no-stream', fact(`${id}-a`), fact(`${id}-b`)),
      );
      const results = await contract.store.append(...appends);
      expect(results.map((result) => [result.stream.id, result.revision])).toEqual([
        ['m3', 1],
        ['m1', 1],
        ['m2', 1],
      ]);
      expect(await typesIn(stream('m2'))).toEqual(['m2-a', 'm2-b']);
    });

    it('records none when one of them is not as expected', async () => {
      await contract.store.append(append(stream('m2'), 'no-stream', fact('Present')));
      await expect(
        contract.store.append(
          append(stream('m1'), 'any', fact('A')),
          append(stream('m2'), 'no-stream', fact('B')),
          append(stream('m3'), 'no-stream', fact('C')),
        ),
      ).rejects.toMatchObject({ code: 'WRONG_EXPECTED_REVISION', stream: stream('m2'), actual: 0 });
      expect(await typesIn(stream('m1'))).toEqual([]);
      expect(await typesIn(stream('m2'))).toEqual(['Present']);
      expect(await typesIn(stream('m3'))).toEqual([]);
    });

    it('takes streams of several categories', async () => {
      const other = streamName(`${contract.category}-checks`, 'm1');
      await contract.store.append(append(stream(), 'any', fact('A')), append(other, 'any', fact('B')));
      expect([await typesIn(stream()), await typesIn(other)]).toEqual([['A'], ['B']]);
    });
  });

  describe('appending what makes no sense', () => {
    const event = fact('A');
    it.each<[string, () => Append[]]>([
      ['STREAM_NAMED_TWICE', () => [append(stream(), 'any', fact('A')), append(stream(), 'any', fact('B'))]],
      ['NO_EVENTS', () => [append(stream(), 'any')]],
      ['EVENT_ID_TWICE', () => [append(stream('m1'), 'any', event), append(stream('m2'), 'any', event)]],
      ['EVENT_ID_INVALID', () => [append(stream(), 'any', { ...fact('A'), id: 'reading-1' })]],
      ['STREAM_NAME_INVALID', () => [append(streamName('Meter Readings', 'm1'), 'any', fact('A'))]],
      ['STREAM_NAME_INVALID', () => [append(stream(''), 'any', fact('A'))]],
    ])('is refused with %s', async (code, appends) => {
      await expect(contract.store.append(...appends())).rejects.toMatchObject({
        name: 'InvalidAppend',
        code,
      });
      expect(await typesIn(stream())).toEqual([]);
    });
  });
}
