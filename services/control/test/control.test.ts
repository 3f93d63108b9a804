import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AgreementEndedSchema,
  AgreementStartedSchema,
  SwitchAction,
  UsagePointRegisteredSchema,
} from '@metermesh/contracts';
import type { Role } from '@metermesh/service-kit';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  approve,
  ask,
  databaseUrl,
  eventually,
  givenInstalledMeter,
  headEnd,
  install,
  operator,
  remove,
  request,
  resetHeadEnd,
  restartControl,
  service,
  startControl,
  stopControl,
  supervisor,
  switchState,
  tell,
  untilStatus,
} from './control-service.test-kit.ts';

beforeAll(startControl, 60_000);
afterAll(stopControl);
beforeEach(resetHeadEnd);

describe('a remote disconnect', () => {
  it('is carried out only after a second person approved it, and confirmed by reading the switch back', async () => {
    const usagePointId = await givenInstalledMeter();
    const { id, status } = await request(usagePointId);
    expect(status).toBe('REQUESTED');
    expect(headEnd.asked).toEqual([]);

    await approve(id);
    const control = await untilStatus(id, 'CONFIRMED');
    expect(control.history.map((step) => [step.status, step.by])).toEqual([
      ['REQUESTED', 'kim'],
      ['APPROVED', 'lee'],
      ['SENT', null],
      ['CONFIRMED', null],
    ]);
    expect(headEnd.asked).toEqual([SwitchAction.DISCONNECT]);
    expect(headEnd.correlationId).toBe('test');
    expect(headEnd.holdsForMs).toBeLessThanOrEqual(500);
    expect(await switchState(usagePointId)).toMatchObject({ state: 'DISCONNECTED', pending: null });
  });

  it('fails, and says so, where the switch does not move', async () => {
    headEnd.obeys = false;
    const usagePointId = await givenInstalledMeter();
    const { id } = await request(usagePointId);
    await approve(id);
    expect((await untilStatus(id, 'FAILED')).failure).toEqual({ code: 'SWITCH_NOT_MOVED' });
    expect((await switchState(usagePointId)).state).toBe('CONNECTED');
  });

  it('whose answer is lost is read back, and not sent again where the switch has moved', async () => {
    headEnd.silent = true;
    const usagePointId = await givenInstalledMeter();
    const { id } = await request(usagePointId);
    await approve(id);
    await untilStatus(id, 'SENT');
    expect((await switchState(usagePointId)).state).toBe('UNKNOWN');
    headEnd.silent = false;
    await untilStatus(id, 'CONFIRMED');
    expect(headEnd.asked.filter((action) => action !== SwitchAction.READ)).toEqual([SwitchAction.DISCONNECT]);
  });

  it('is never sent once its time is over', async () => {
    const usagePointId = await givenInstalledMeter();
    const { id } = await request(usagePointId, `expiresAt: "${new Date(Date.now() + 700).toISOString()}"`);
    await untilStatus(id, 'EXPIRED');
    await expect(approve(id)).rejects.toMatchObject({ code: 'CONTROL_STATE_CONFLICT' });
    expect(headEnd.asked).toEqual([]);
  });

  it('goes on where a service that stopped in mid-way left off', async () => {
    headEnd.silent = true;
    const { id } = await request(await givenInstalledMeter());
    await approve(id);
    await untilStatus(id, 'SENT');
    await restartControl(() => (headEnd.silent = false));
    await untilStatus(id, 'CONFIRMED');
  });
});

describe('a control of a meter that has gone since', () => {
  it('fails, and neither the new meter nor the old one at its new place is touched', async () => {
    const usagePointId = await givenInstalledMeter();
    const { id } = await request(usagePointId);
    await remove(`MM-${usagePointId}`, usagePointId);
    await install(`NEW-${usagePointId}`, usagePointId, Date.now());
    await install(`MM-${usagePointId}`, `UP-${randomUUID()}`, Date.now());
    const pool = new pg.Pool({ connectionString: databaseUrl });
    await eventually(async () => {
      const { rows } = await pool.query('SELECT FROM installed_meter WHERE usage_point_id = $1', [
        usagePointId,
      ]);
      const { rows: gone } = await pool.query(
        'SELECT FROM installed_meter WHERE usage_point_id = $1 AND removed_at IS NOT NULL',
        [usagePointId],
      );
      if (rows.length < 2 || gone.length < 1) throw Object.assign(new Error('not told'), { code: 'NOT_YET' });
    }, 'NOT_YET');
    await pool.end();
    await approve(id);
    expect((await untilStatus(id, 'FAILED')).failure).toEqual({ code: 'METER_CHANGED' });
    expect(headEnd.asked).toEqual([]);
  });
});

describe('a control of a usage point with sub-meters and sensors', () => {
  it('goes to the meter of the supply, whatever was installed beside it since', async () => {
    const usagePointId = await givenInstalledMeter();
    await install(`PLUG-${usagePointId}`, usagePointId, Date.now(), [
      'active-energy-import:kettle',
      'temperature:kettle',
    ]);
    await install(`AIR-${usagePointId}`, usagePointId, Date.now(), ['temperature', 'co2-concentration']);
    const pool = new pg.Pool({ connectionString: databaseUrl });
    await eventually(async () => {
      const { rows } = await pool.query('SELECT FROM installed_meter WHERE usage_point_id = $1', [
        usagePointId,
      ]);
      if (rows.length < 3) throw Object.assign(new Error('not told'), { code: 'NOT_YET' });
    }, 'NOT_YET');
    await pool.end();
    const { id } = await request(usagePointId);
    await approve(id);
    await untilStatus(id, 'CONFIRMED');
    expect(new Set(headEnd.askedMeters)).toEqual(new Set([`MM-${usagePointId}`]));
  });
});

describe('what a customer sees of his switch', () => {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const agreement = (usagePointId: string, customerId: string, startsOn: string) =>
    create(AgreementStartedSchema, { agreementId: `A-${customerId}`, customerId, usagePointId, startsOn });

  it('begins when he moves in and ends when he moves out', async () => {
    const usagePointId = await givenInstalledMeter();
    await tell(
      'device-registry',
      usagePointId,
      create(UsagePointRegisteredSchema, { usagePointId, timeZone: 'UTC' }),
    );
    const [before, now] = [`before-${usagePointId}`, `now-${usagePointId}`];
    await tell('customer-care', before, agreement(usagePointId, before, day(-90)));
    await tell('customer-care', now, agreement(usagePointId, now, day(-10)));
    await tell(
      'customer-care',
      before,
      create(AgreementEndedSchema, {
        agreementId: `A-${before}`,
        customerId: before,
        usagePointId,
        endsOn: day(-10),
      }),
    );
    const { id } = await request(usagePointId);
    const see = (customerId: string) =>
      ask<{ endDeviceControl: unknown; _entities: unknown[] }>(
        { subject: customerId, roles: ['customer'], customerId },
        `{ endDeviceControl(id: "${id}") { id }
           _entities(representations: [{ __typename: "UsagePoint", id: "${usagePointId}" }]) {
             ... on UsagePoint { switchState { state pending { id } } } } }`,
      );
    await eventually(async () => {
      expect(await see(now)).toEqual({
        endDeviceControl: { id },
        _entities: [{ switchState: { state: 'UNKNOWN', pending: { id } } }],
      });
    }, 'FORBIDDEN');
    await eventually(async () => {
      const code = await see(before).catch((error: { code: string }) => error.code);
      if (code !== 'FORBIDDEN') throw Object.assign(new Error('still sees it'), { code: 'NOT_YET' });
    }, 'NOT_YET');
    const { endDeviceControl } = await ask<{ endDeviceControl: unknown }>(
      { subject: before, roles: ['customer'], customerId: before },
      `{ endDeviceControl(id: "${id}") { id } }`,
    );
    expect(endDeviceControl).toBeNull();
  });
});

describe('who may switch', () => {
  it('is not a customer, and not the one who asked', async () => {
    const usagePointId = await givenInstalledMeter();
    const customer = { subject: 'c', roles: ['customer'] as Role[], customerId: 'C1' };
    const mutation = `mutation { requestRemoteDisconnect(input: { usagePointId: "${usagePointId}", reason: "x" }) { id } }`;
    await expect(ask(customer, mutation)).rejects.toMatchObject({ code: 'FORBIDDEN' });

    const both = { subject: 'kim', roles: ['operator', 'supervisor'] as Role[] };
    const { id } = await request(usagePointId);
    await expect(approve(id, operator)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(approve(id, both)).rejects.toMatchObject({ code: 'SECOND_PERSON_REQUIRED' });
    expect(await ask(customer, `{ endDeviceControl(id: "${id}") { id } }`)).toEqual({
      endDeviceControl: null,
    });
  });

  it('is nobody without claims that the gateway signed', async () => {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ endDeviceControls { nodes { id } } }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'CLAIMS_MISSING' } }] });
  });

  it('takes one control at a time, and the same request twice as one', async () => {
    const usagePointId = await givenInstalledMeter();
    const first = await request(usagePointId, 'idempotencyKey: "k1"');
    const again = await request(usagePointId, 'idempotencyKey: "k1"');
    expect(again.id).toBe(first.id);
    await expect(request(usagePointId)).rejects.toMatchObject({ code: 'CONTROL_UNDER_WAY' });
    await ask(
      supervisor,
      `mutation { rejectEndDeviceControl(id: "${first.id}", reason: "tenant moved in") { id } }`,
    );
    expect((await request(usagePointId)).status).toBe('REQUESTED');
  });

  it('needs a meter that is known', async () => {
    const mutation = `mutation { requestRemoteDisconnect(input: { usagePointId: "NOWHERE", reason: "x" }) { id } }`;
    await expect(ask(operator, mutation)).rejects.toMatchObject({ code: 'METER_NOT_INSTALLED' });
  });
});
