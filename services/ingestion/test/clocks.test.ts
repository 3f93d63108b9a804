import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeDataNotification, encodeDateTime, type CosemData } from '@metermesh/protocols';
import { eventually, registerMeter, runIngestion, type RunningIngestion } from './running-ingestion.ts';

const CLOCK_INVALID = 1;

/** A push of one register, sent when the meter's clock shows `time`. */
function registerPush(serialNumber: string, time: number, wattHours: number, status = 0): Uint8Array {
  const code = (...octets: number[]): CosemData => ({ type: 'octet-string', value: Uint8Array.from(octets) });
  return encodeDataNotification({
    invokeId: { id: 7, confirmed: true, highPriority: false },
    time: encodeDateTime(time, 0, status),
    body: {
      type: 'structure',
      value: [
        code(0, 0, 96, 1, 0, 255),
        { type: 'octet-string', value: Buffer.from(serialNumber) },
        code(1, 0, 1, 8, 0, 255),
        { type: 'double-long-unsigned', value: wattHours },
      ],
    },
  });
}

describe('clocks of meters', () => {
  let service: RunningIngestion;
  const send = async (apdu: Uint8Array, isConfirmed = true) => {
    const line = await service.meterLine();
    if (isConfirmed) await line.push(apdu, 7);
    else line.send(apdu);
    return line;
  };
  type Clock = { skewSeconds: number; measuredAt: string; isInvalid: boolean } | null;
  const clock = async (serialNumber: string, who = {}) => {
    const query = `{ _entities(representations: [{ __typename: "Meter", serialNumber: "${serialNumber}" }]) { ... on Meter {
      clock { skewSeconds measuredAt isInvalid } } } }`;
    return (await service.graphql<{ _entities: [{ clock: Clock }] }>(query, {}, who)).data._entities[0].clock;
  };
  const deviations = async (beyondSeconds: number) => {
    const query = `{ clockDeviations(beyondSeconds: ${beyondSeconds}) { meter { serialNumber } clock { skewSeconds } } }`;
    type Answer = { clockDeviations: { meter: { serialNumber: string } }[] };
    return (await service.graphql<Answer>(query)).data.clockDeviations.map(({ meter }) => meter.serialNumber);
  };

  beforeAll(async () => {
    service = await runIngestion();
    for (const serialNumber of ['SLOW', 'AHEAD', 'LOST'])
      await registerMeter(service, { serialNumber, usagePointId: `UP-${serialNumber}` });
  }, 60_000);
  afterAll(() => service?.stop());

  it('are as far off as the least delayed push says, not as one that was stored for a while', async () => {
    (await send(registerPush('SLOW', Date.now() - 10_000, 1))).close();
    await eventually(async () => (await clock('SLOW')) !== null);
    (await send(registerPush('SLOW', Date.now() - 7_200_000, 0))).close();
    (await send(registerPush('SLOW', Date.now() - 9000, 2))).close();
    await eventually(async () => (await clock('SLOW'))!.skewSeconds > -9.9);
    const { skewSeconds, isInvalid } = (await clock('SLOW'))!;
    expect(skewSeconds).toBeGreaterThan(-12);
    expect(skewSeconds).toBeLessThan(-8);
    expect(isInvalid).toBe(false);
  });

  it('are known to be ahead even where readings of the future are refused', async () => {
    const line = await send(registerPush('AHEAD', Date.now() + 3_600_000, 1), false);
    await service.quarantined('READING_IN_FUTURE', 'AHEAD');
    await eventually(async () => (await deviations(60)).includes('AHEAD'));
    line.close();
    expect((await clock('AHEAD'))!.skewSeconds).toBeGreaterThan(3590);
    expect(await deviations(3700)).not.toContain('AHEAD');
    expect(await deviations(60)).not.toContain('SLOW');
  });

  it('that their meters take for wrong are told to operators, until they are set', async () => {
    (await send(registerPush('LOST', Date.now(), 5, CLOCK_INVALID))).close();
    await eventually(async () => (await clock('LOST'))?.isInvalid === true);
    expect(await deviations(60)).toContain('LOST');
    const query = `{ _entities(representations: [{ __typename: "UsagePoint", id: "UP-LOST" }]) { ... on UsagePoint {
      registerReads { isClockInvalid registers { value } } } } }`;
    type Reads = { _entities: [{ registerReads: object[] }] };
    expect((await service.graphql<Reads>(query)).data._entities[0].registerReads).toEqual([
      { isClockInvalid: true, registers: [{ value: '5' }] },
    ]);
    (await send(registerPush('LOST', Date.now(), 6))).close();
    await eventually(async () => (await clock('LOST'))?.isInvalid === false);
    expect(await deviations(60)).not.toContain('LOST');
  });

  it('are the affair of operators', async () => {
    const customer = { subject: 'u-1', roles: ['customer' as const], customerId: 'C1' };
    expect(await clock('SLOW', customer)).toBeNull();
    const { errors } = await service.graphql('{ clockDeviations { meter { serialNumber } } }', {}, customer);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
