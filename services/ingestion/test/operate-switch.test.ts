import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  AARQ,
  conformance,
  decodeAssociationRequest,
  decodeServiceRequest,
  encodeAssociationResponse,
  encodeControlState,
  encodeInitiateResponse,
  encodeReleaseResponse,
  encodeServiceResponse,
  encodeWrapper,
  isDecodeError,
  RLRQ,
  WrapperSplitter,
} from '@metermesh/protocols';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { MeterKeysSetSchema, OperateSwitch, SwitchAction } from '@metermesh/contracts';
import { isRefusal } from '@metermesh/decider';
import { ask } from '@metermesh/messaging';
import { sealKey } from '@metermesh/service-kit';
import { dlmsAddress } from '../src/head-end/network-address.ts';
import {
  eventually,
  KEY_ENCRYPTION_KEY,
  registerMeter,
  runIngestion,
  type RunningIngestion,
} from './running-ingestion.ts';

/** A meter that listens: one association with a password, one switch, and whims. */
class ListeningMeter {
  connected = true;
  refusesAction = false;
  silentAfterAction = false;
  readonly actions: number[] = [];
  private readonly server: Server;

  constructor(private readonly password: string) {
    this.server = createServer((socket) => {
      const splitter = new WrapperSplitter();
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        for (const frame of splitter.push(chunk)) {
          if (isDecodeError(frame)) return void socket.destroy();
          const payload = this.answer(frame.payload);
          if (payload)
            socket.write(encodeWrapper({ source: frame.destination, destination: frame.source, payload }));
        }
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `dlms-tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}?server=1`;
  }

  close(): void {
    this.server.close();
  }

  private answer(apdu: Uint8Array): Uint8Array | undefined {
    if (apdu[0] === AARQ) return this.associate(apdu);
    if (apdu[0] === RLRQ) return encodeReleaseResponse();
    const request = decodeServiceRequest(apdu);
    if (isDecodeError(request)) return undefined;
    const { invoke } = request;
    if (request.type === 'action') {
      this.actions.push(request.target.method);
      if (this.refusesAction)
        return encodeServiceResponse({ type: 'action', invoke, result: 'read-write-denied' });
      this.connected = request.target.method === 2;
      return this.silentAfterAction
        ? undefined
        : encodeServiceResponse({ type: 'action', invoke, result: 'success' });
    }
    if (request.type !== 'get') return undefined;
    const value =
      request.target.attribute === 2
        ? ({ type: 'boolean', value: this.connected } as const)
        : encodeControlState(this.connected ? 'connected' : 'disconnected');
    return encodeServiceResponse({ type: 'get', invoke, value });
  }

  private associate(apdu: Uint8Array): Uint8Array {
    const request = decodeAssociationRequest(apdu);
    const isKnown =
      !isDecodeError(request) && Buffer.from(request.authenticationValue ?? []).toString() === this.password;
    return encodeAssociationResponse({
      context: 'logical-name',
      result: isKnown ? 'accepted' : 'rejected-permanent',
      diagnostic: isKnown ? 'none' : 'authentication-failure',
      userInformation: encodeInitiateResponse({
        conformance: conformance.get | conformance.action,
        maximumPduSize: 1024,
      }),
    });
  }
}

describe('the switch of a meter', () => {
  let service: RunningIngestion;
  let meter: ListeningMeter;
  let serial = 0;
  let serialNumber: string;
  beforeAll(async () => {
    service = await runIngestion({ DLMS_ANSWER_SECONDS: '0.5' });
  }, 60_000);
  afterAll(() => service?.stop());

  const register = async (networkAddress: string, password: string) => {
    serialNumber = `SW${++serial}`;
    const sealedPassword = sealKey(
      Buffer.from(password),
      serialNumber,
      Buffer.from(KEY_ENCRYPTION_KEY, 'hex'),
    );
    await service.tell(
      'device-registry',
      serialNumber,
      create(MeterKeysSetSchema, { serialNumber, sealedPassword }),
    );
    await registerMeter(service, {
      serialNumber,
      usagePointId: `UP-${serialNumber}`,
      registered: { networkAddress },
    });
    await eventually(async () => {
      const { rowCount } = await service.database.query('SELECT 1 FROM meter_key WHERE serial_number = $1', [
        serialNumber,
      ]);
      return rowCount === 1;
    });
  };
  beforeEach(async () => {
    meter = new ListeningMeter('open-sesame');
    await register(await meter.listen(), 'open-sesame');
  });
  afterEach(() => meter.close());

  const operate = async (action: SwitchAction, of = serialNumber) => {
    const answer = await ask(
      service.connection,
      OperateSwitch,
      { serialNumber: of, action, controlId: 'c' },
      { timeoutMs: 5000 },
    );
    return isRefusal(answer)
      ? answer.code
      : { connected: answer.outputConnected, state: answer.controlState };
  };

  it('is opened and closed over its association, and read back', async () => {
    expect(await operate(SwitchAction.DISCONNECT)).toEqual({ connected: false, state: 0 });
    expect(await operate(SwitchAction.RECONNECT)).toEqual({ connected: true, state: 1 });
    expect(meter.actions).toEqual([1, 2]);
  });

  it('is only read where only that is asked', async () => {
    meter.connected = false;
    expect(await operate(SwitchAction.READ)).toEqual({ connected: false, state: 0 });
    expect(meter.actions).toEqual([]);
  });

  it('stays as it is where the password is wrong', async () => {
    const other = new ListeningMeter('another');
    await register(await other.listen(), 'open-sesame');
    expect(await operate(SwitchAction.DISCONNECT)).toBe('ASSOCIATION_REFUSED');
    expect([other.connected, other.actions]).toEqual([true, []]);
    other.close();
  });

  it('is not moved by a request that is read after its time, but may be read', async () => {
    const late = (action: SwitchAction) =>
      ask(
        service.connection,
        OperateSwitch,
        { serialNumber, action, controlId: 'c', notAfter: timestampFromMs(Date.now() - 1) },
        { timeoutMs: 5000 },
      );
    expect(await late(SwitchAction.DISCONNECT)).toMatchObject({ code: 'SWITCH_TOO_LATE' });
    expect(meter.actions).toEqual([]);
    expect(await late(SwitchAction.READ)).toMatchObject({ outputConnected: true });
  });

  it('is left alone where the meter does not speak as the standard has it', async () => {
    const babbling = createServer((socket) =>
      socket
        .on('error', () => {})
        .once('data', () =>
          socket.write(encodeWrapper({ source: 1, destination: 1, payload: Uint8Array.of(0x61, 0x7f) })),
        ),
    );
    await new Promise<void>((listening) => babbling.listen(0, '127.0.0.1', listening));
    await register(`dlms-tcp://127.0.0.1:${(babbling.address() as AddressInfo).port}`, 'open-sesame');
    expect(await operate(SwitchAction.DISCONNECT)).toBe('METER_ANSWER_UNREADABLE');
    babbling.close();
  });

  it('may be refused by the meter', async () => {
    meter.refusesAction = true;
    expect(await operate(SwitchAction.DISCONNECT)).toBe('SWITCH_REFUSED');
  });

  it('is not claimed to stand one way or the other where the meter fell silent after the command', async () => {
    meter.silentAfterAction = true;
    expect(await operate(SwitchAction.DISCONNECT)).toBe('SWITCH_OUTCOME_UNKNOWN');
    expect(meter.connected).toBe(false);
  });

  it('is out of reach where nobody listens, and where no address or meter is known', async () => {
    await register('dlms-tcp://127.0.0.1:1', 'x');
    expect(await operate(SwitchAction.DISCONNECT)).toBe('METER_UNREACHABLE');
    await register('', 'x');
    expect(await operate(SwitchAction.DISCONNECT)).toBe('METER_NOT_REACHABLE_BY_ADDRESS');
    expect(await operate(SwitchAction.DISCONNECT, 'NOBODY')).toBe('UNKNOWN_METER');
    expect(await operate(SwitchAction.UNSPECIFIED)).toBe('SWITCH_ACTION_UNKNOWN');
  });
});

describe('a network address', () => {
  it('has its parts by default', () => {
    expect(dlmsAddress('dlms-tcp://10.0.0.7')).toEqual({
      framing: 'wrapper',
      host: '10.0.0.7',
      port: 4059,
      server: 1,
      client: 1,
    });
    expect(
      dlmsAddress(
        'dlms-hdlc-tcp://[fd00::7]:4060?server=17&client=16&physical=99&security=high-gmac&poll=PT1H',
      ),
    ).toEqual({
      framing: 'hdlc',
      host: 'fd00::7',
      port: 4060,
      server: 17,
      client: 16,
      physical: 99,
      security: 'high-gmac',
      pollSeconds: 3600,
    });
  });
  it.each([
    undefined,
    '',
    '10.0.0.7:4059',
    'http://10.0.0.7',
    'dlms-tcp://h?server=0',
    'dlms-tcp://h?client=x',
    'dlms-hdlc-tcp://h?physical=20000',
    'dlms-tcp://h?security=some',
    'dlms-tcp://h?poll=often',
    'dlms-tcp://h?poll=PT1S',
  ])('is not %p', (text) => {
    expect(dlmsAddress(text)).toMatchObject({ code: 'METER_NOT_REACHABLE_BY_ADDRESS' });
  });
});
