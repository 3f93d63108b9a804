import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DisconnectionRequestedSchema,
  DisconnectionRequestWithdrawnSchema,
  SwitchAction,
} from '@metermesh/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  approve,
  ask,
  eventually,
  givenInstalledMeter,
  headEnd,
  operator,
  request,
  resetHeadEnd,
  startControl,
  stopControl,
  supervisor,
  switchState,
  tell,
  untilStatus,
  type Control,
} from './control-service.test-kit.ts';

beforeAll(startControl, 60_000);
afterAll(stopControl);
let usagePointId: string;
beforeEach(async () => {
  resetHeadEnd();
  usagePointId = await givenInstalledMeter();
});

const FIELDS = 'id kind status reason requestedBy bill { id }';

/** All controls of the usage point, the first first. */
async function controls(): Promise<Control[]> {
  const query = `{ endDeviceControls(usagePointId: "${usagePointId}") { nodes { ${FIELDS} } } }`;
  const { endDeviceControls } = await ask<{ endDeviceControls: { nodes: Control[] } }>(operator, query);
  return endDeviceControls.nodes.toReversed();
}

async function until(number: number): Promise<Control[]> {
  return eventually(async () => {
    const found = await controls();
    if (found.length < number) throw Object.assign(new Error(`only ${found.length}`), { code: 'NOT_YET' });
    return found;
  }, 'NOT_YET');
}

const demand = () => ({
  ...{
    requestId: `BILL-${usagePointId}-D1`,
    billId: `BILL-${usagePointId}`,
    customerId: 'CUST-1',
    agreementId: 'AGR-1',
  },
  ...{ usagePointId, reason: '55000 KRW are open.' },
});
const requested = (id?: string) =>
  tell(
    'billing',
    usagePointId,
    create(DisconnectionRequestedSchema, { ...demand(), amount: '55000', currency: 'KRW' }),
    id,
  );
const withdrawn = (id?: string) =>
  tell(
    'billing',
    usagePointId,
    create(DisconnectionRequestWithdrawnSchema, { ...demand(), reason: 'It was paid.' }),
    id,
  );
const aMoment = () => sleep(700);

describe('a disconnection that billing asks for', () => {
  it('waits for people as any other does: nothing is switched before one of them approves', async () => {
    await requested();
    const [control] = await until(1);
    expect(control).toMatchObject({
      ...{
        kind: 'REMOTE_DISCONNECT',
        status: 'REQUESTED',
        requestedBy: 'billing',
        reason: '55000 KRW are open.',
      },
      bill: { id: `BILL-${usagePointId}` },
    });
    await aMoment();
    expect(headEnd.asked).toEqual([]);
    await approve(control!.id);
    await untilStatus(control!.id, 'CONFIRMED');
    expect(headEnd.asked).toEqual([SwitchAction.DISCONNECT]);
  });

  it('is one request, however often it is told of', async () => {
    const id = randomUUID();
    await requested(id);
    await until(1);
    await requested();
    await requested(id);
    await aMoment();
    expect(await controls()).toHaveLength(1);
  });

  it('is withdrawn where it is paid before anybody approved', async () => {
    await requested();
    const [control] = await until(1);
    await withdrawn();
    await untilStatus(control!.id, 'REJECTED');
    await expect(approve(control!.id)).rejects.toMatchObject({ code: 'CONTROL_STATE_CONFLICT' });
    await aMoment();
    expect(headEnd.asked).toEqual([]);
    expect(await controls()).toHaveLength(1);
  });

  it('is not even made where it is heard of after it was taken back', async () => {
    await withdrawn();
    await aMoment();
    await requested();
    await aMoment();
    expect(await controls()).toEqual([]);
  });

  it('that was carried out leads to a request to reconnect once it is paid, which people decide on, too', async () => {
    await requested();
    const [control] = await until(1);
    await approve(control!.id);
    await untilStatus(control!.id, 'CONFIRMED');
    await withdrawn();
    const [, reconnection] = await until(2);
    expect(reconnection).toMatchObject({
      ...{ kind: 'REMOTE_RECONNECT', status: 'REQUESTED', requestedBy: 'billing', reason: 'It was paid.' },
    });
    await withdrawn();
    await aMoment();
    expect(headEnd.asked).toEqual([SwitchAction.DISCONNECT]);
    expect(await switchState(usagePointId)).toMatchObject({
      state: 'DISCONNECTED',
      pending: { id: reconnection!.id },
    });
    await approve(reconnection!.id);
    await untilStatus(reconnection!.id, 'CONFIRMED');
    expect(await controls()).toHaveLength(2);
  });

  it('that is on its way when it is paid is not stopped in secret, but asked to be undone as soon as it is done', async () => {
    headEnd.silent = true;
    await requested();
    const [control] = await until(1);
    await approve(control!.id);
    await untilStatus(control!.id, 'SENT');
    await withdrawn();
    await aMoment();
    expect((await controls()).map(({ kind, status }) => [kind, status])).toEqual([
      ['REMOTE_DISCONNECT', 'SENT'],
    ]);
    headEnd.silent = false;
    await untilStatus(control!.id, 'CONFIRMED');
    const [, reconnection] = await until(2);
    expect(reconnection).toMatchObject({ kind: 'REMOTE_RECONNECT', status: 'REQUESTED' });
  });

  it('that did not reach the meter before it was paid is not sent again', async () => {
    Object.assign(headEnd, { silent: true, obeys: false });
    await requested();
    const [control] = await until(1);
    await approve(control!.id);
    await untilStatus(control!.id, 'SENT');
    await withdrawn();
    await aMoment();
    headEnd.asked.length = 0;
    Object.assign(headEnd, { silent: false, obeys: true });
    await untilStatus(control!.id, 'FAILED');
    await aMoment();
    expect(new Set(headEnd.asked)).toEqual(new Set([SwitchAction.READ]));
    expect(headEnd.connected).toBe(true);
    expect(await controls()).toHaveLength(1);
  });

  it('leaves it to people who reconnect by themselves', async () => {
    await requested();
    const [control] = await until(1);
    await approve(control!.id);
    await untilStatus(control!.id, 'CONFIRMED');
    await ask(
      operator,
      `mutation { requestRemoteReconnect(input: { usagePointId: "${usagePointId}", reason: "came by with cash" }) { id } }`,
    );
    await withdrawn();
    await aMoment();
    expect((await controls()).map(({ kind, requestedBy }) => [kind, requestedBy])).toEqual([
      ['REMOTE_DISCONNECT', 'billing'],
      ['REMOTE_RECONNECT', 'kim'],
    ]);
  });

  it('waits its turn behind another control', async () => {
    const { id } = await request(usagePointId);
    await requested();
    await aMoment();
    expect(await controls()).toHaveLength(1);
    await ask(supervisor, `mutation { rejectEndDeviceControl(id: "${id}", reason: "no") { id } }`);
    const [, control] = await until(2);
    expect(control).toMatchObject({ status: 'REQUESTED', requestedBy: 'billing' });
  });
});
