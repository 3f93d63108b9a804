import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Concentrator, type ConcentratorSettings } from '../tools/simulator/concentrator.ts';
import { hdlcLine } from '../tools/simulator/concentrator-line.ts';
import { FrameQueue } from '../tools/simulator/frame-queue.ts';
import { DlmsListener } from '../services/ingestion/src/head-end/dlms-listener.ts';
import {
  eventually,
  midnight,
  profilePush,
  QUARTER,
  registerMeter,
  runIngestion,
  seal,
  type RunningIngestion,
  type TestMeter,
} from '../services/ingestion/test/running-ingestion.ts';

const METERS = 20;
const keys = { encryptionKey: Buffer.alloc(16, 7), authenticationKey: Buffer.alloc(16, 8) };

describe('a concentrator', () => {
  let service: RunningIngestion;
  let settings: ConcentratorSettings;
  const folder = mkdtempSync(join(tmpdir(), 'concentrator-'));
  beforeAll(async () => {
    service = await runIngestion();
    settings = { host: '127.0.0.1', port: service.app.get(DlmsListener).port };
  }, 120_000);
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true });
  });

  let fleets = 0;
  /** Meters behind a concentrator, each with a port of its own and keys of its own counting. */
  const fleet = async (count = METERS) => {
    const name = `DCU${++fleets}`;
    const meters = Array.from({ length: count }, (_, i): TestMeter & { port: number } => ({
      serialNumber: `${name}-${i}`,
      usagePointId: `UP-${name}-${i}`,
      systemTitle: Buffer.from(`M${String(fleets).padStart(2, '0')}${String(i).padStart(5, '0')}`),
      keys,
      port: 17 + i,
    }));
    await Promise.all(meters.map((meter) => registerMeter(service, meter)));
    return { name, meters };
  };
  /** Frame number `turn` of a meter: one quarter hour of a value that says which it is. */
  const frame = (meter: TestMeter, turn: number) => {
    const plain = profilePush(meter.serialNumber, midnight + turn * QUARTER, [turn + 1], {
      invokeId: turn + 1,
    });
    return { apdu: seal(plain, meter, turn + 1), invokeId: turn + 1 };
  };
  const recorded = async (name: string) => {
    const { rows } = await service.database.query<{ readings: string; meters: string }>(
      `SELECT count(*) AS readings, count(DISTINCT usage_point_id) AS meters FROM reading WHERE usage_point_id LIKE $1`,
      [`UP-${name}-%`],
    );
    return { readings: Number(rows[0]!.readings), meters: Number(rows[0]!.meters) };
  };

  it.each([
    ['the wrapper', undefined],
    ['HDLC, in segments', () => hdlcLine(90)],
  ])(
    'uploads thousands of frames of many meters over one connection in %s, each confirmed to its meter',
    async (_how, line) => {
      const { name, meters } = await fleet();
      const concentrator = new Concentrator({ ...settings, line });
      for (let turn = 0; turn < 100; turn++)
        for (const meter of meters) concentrator.hear(meter.port, frame(meter, turn));
      expect(concentrator.waiting).toBe(100 * METERS);
      await concentrator.upload();
      expect(concentrator.waiting).toBe(0);
      await eventually(async () => (await recorded(name)).readings === 100 * METERS);
      expect(await recorded(name)).toEqual({ readings: 100 * METERS, meters: METERS });
    },
    60_000,
  );

  it('that dies in mid-upload sends again what was not confirmed; nothing is lost and nothing is there twice', async () => {
    const { name, meters } = await fleet();
    const file = join(folder, 'queue');
    const first = new Concentrator({ ...settings, queue: new FrameQueue(file) });
    for (let turn = 0; turn < 60; turn++)
      for (const meter of meters) first.hear(meter.port, frame(meter, turn));
    let lives = 0;
    for (let last = first; last.waiting > 0; lives++) {
      // Out of what was on the disk: what the one before held in memory died with it.
      const next = (last = new Concentrator({ ...settings, queue: new FrameQueue(file) }));
      const before = next.waiting;
      const upload = next.upload().catch(() => {});
      if (lives < 4) {
        await eventually(() => next.waiting < before - 100);
        next.die();
      }
      await upload;
    }
    expect(lives).toBeGreaterThan(4);
    await eventually(async () => (await recorded(name)).readings === 60 * METERS);
    expect(await recorded(name)).toEqual({ readings: 60 * METERS, meters: METERS });
    const quarantined = await service.database.query(
      `SELECT code FROM quarantined_frame WHERE device LIKE 'M%' OR code = 'INVOCATION_COUNTER_REPLAYED'`,
    );
    expect(quarantined.rows).toEqual([]);
  }, 120_000);

  it('is read no faster than is written down: while nothing can be, nothing is confirmed and little is held', async () => {
    const { name, meters } = await fleet();
    const concentrator = new Concentrator({ ...settings, window: 1_000_000 });
    for (let turn = 0; turn < 100; turn++)
      for (const meter of meters) concentrator.hear(meter.port, frame(meter, turn));
    let upload: Promise<void> | undefined;
    await service.whileNothingIsRecorded(async () => {
      const before = await framesReceived();
      upload = concentrator.upload();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(concentrator.waiting).toBe(100 * METERS);
      expect((await framesReceived()) - before).toBeLessThanOrEqual(64);
    });
    await upload;
    expect(concentrator.waiting).toBe(0);
    await eventually(async () => (await recorded(name)).readings === 100 * METERS);
  }, 120_000);

  it('keeps what a meter said that nobody registered, while those of the others go through', async () => {
    const { name, meters } = await fleet(2);
    const stranger = {
      ...meters[0]!,
      serialNumber: 'STRANGER',
      systemTitle: Buffer.from('STRANGER'),
      port: 99,
    };
    const concentrator = new Concentrator({ ...settings, confirmWithinMs: 1500, window: 2 });
    for (let turn = 0; turn < 3; turn++)
      for (const meter of [stranger, ...meters]) concentrator.hear(meter.port, frame(meter, turn));
    await concentrator.upload();
    expect(concentrator.waiting).toBe(3);
    expect((await recorded(name)).meters).toBe(2);
    await registerMeter(service, { ...stranger, usagePointId: `UP-${name}-late` });
    await concentrator.upload();
    expect(concentrator.waiting).toBe(0);
    await eventually(async () => (await recorded(name)).readings === 9);
  }, 30_000);

  const framesReceived = async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const counted = /metermesh_frames_received_total\{[^}]*source="dlms-push"[^}]*\} (\d+)/.exec(text);
    return Number(counted?.[1] ?? 0);
  };
});
