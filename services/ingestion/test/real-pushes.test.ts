import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, registerMeter, runIngestion, type RunningIngestion } from './running-ingestion.ts';

const corpus = process.env['METERMESH_CORPUS'];

interface PushFrame {
  name: string;
  frame_hex: string;
  expected_floats: Record<string, number>;
}

(corpus ? describe : describe.skip)('pushes of real meters (METERMESH_CORPUS)', () => {
  let service: RunningIngestion;
  let frames: PushFrame[];
  beforeAll(async () => {
    frames = JSON.parse(readFileSync(join(corpus!, 'dlms/push-frames.json'), 'utf8')) as PushFrame[];
    service = await runIngestion();
  }, 60_000);
  afterAll(() => service?.stop());

  it.each(['raw_egd_example', 'raw_sagemcom_xt211'])(
    '%s arrives in the wrapper and is read to the last digit',
    async (name) => {
      const frame = frames.find((one) => one.name === name)!;
      const line = await service.meterLine();
      const apdu = Buffer.from(frame.frame_hex, 'hex');
      line.send(apdu);
      const { device } = await service.quarantined('UNKNOWN_METER', null, apdu);
      const usagePointId = `UP-${name}`;
      await registerMeter(service, { serialNumber: device!, usagePointId, timeZone: 'Europe/Prague' });

      const ask = `{ _entities(representations: [{ __typename: "UsagePoint", id: "${usagePointId}" }]) { ... on UsagePoint { registerReads { registers { obis value unit } } } } }`;
      type Answer = { _entities: [{ registerReads: { registers: { obis: string; value: string }[] }[] }] };
      let registers: { obis: string; value: string }[] = [];
      await eventually(async () => {
        registers = (await service.graphql<Answer>(ask)).data._entities[0].registerReads[0]?.registers ?? [];
        return registers.length > 0;
      });
      const energies = Object.entries(frame.expected_floats).filter(([obis]) =>
        /^1\.0\.[12]\.8\./.test(obis),
      );
      expect(energies.length).toBeGreaterThan(0);
      for (const [obis, value] of energies) {
        expect([obis, Number(registers.find((register) => register.obis === obis)?.value)]).toEqual([
          obis,
          value,
        ]);
      }
      line.close();
    },
  );
});
