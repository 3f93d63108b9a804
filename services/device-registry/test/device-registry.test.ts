import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRegistry } from './device-registry.test-kit.ts';

describe('device-registry', () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());

  it('registers a usage point and answers it', async () => {
    const registered = await registry.ask(
      `mutation { registerUsagePoint(input: { id: "UP-1", serviceKind: ELECTRICITY, timeZone: "Asia/Seoul", address: "Jong-ro 1" }) { id timeZone } }`,
    );
    expect(registered).toEqual({
      status: 200,
      data: { registerUsagePoint: { id: 'UP-1', timeZone: 'Asia/Seoul' } },
    });
    expect(await registry.ask('{ usagePoint(id: "UP-1") { id serviceKind address feeder } }')).toEqual({
      status: 200,
      data: { usagePoint: { id: 'UP-1', serviceKind: 'ELECTRICITY', address: 'Jong-ro 1', feeder: null } },
    });
  });
});
