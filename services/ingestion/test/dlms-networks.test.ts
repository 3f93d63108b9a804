import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  clientAddress,
  decodeDataNotificationConfirm,
  encodeDateTime,
  encodeHdlc,
  encodeHdlcSegments,
  encodeInformationReport,
  encodeWrapper,
  encryptService,
  HDLC_CONTROL,
  HdlcLink,
  HdlcSplitter,
  isDecodeError,
  LLC_RESPONSE,
  obisOctets,
  stripLlc,
  type HdlcAddress,
  type HdlcFrame,
} from '@metermesh/protocols';
import { DlmsListener } from '../src/head-end/dlms-listener.ts';
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
} from './running-ingestion.ts';

const keys = { encryptionKey: Buffer.alloc(16, 7), authenticationKey: Buffer.alloc(16, 8) };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let service: RunningIngestion;
let turn = 0;
beforeAll(async () => {
  service = await runIngestion();
  await registerMeter(service, { serialNumber: 'NET1', usagePointId: 'UP-NET1' });
}, 60_000);
afterAll(() => service?.stop());

/** A confirmed push of one new quarter hour. */
const push = (invokeId: number, confirmed = true) =>
  profilePush('NET1', midnight + turn++ * QUARTER, [turn], { invokeId, confirmed });
const invokeIdOf = (confirm: Uint8Array) => {
  const decoded = decodeDataNotificationConfirm(confirm);
  return isDecodeError(decoded) ? decoded.code : decoded.invokeId.id;
};

describe('over UDP', () => {
  const meter = async () => {
    const socket = createSocket('udp4');
    const answers: Buffer[] = [];
    socket.on('message', (answer) => answers.push(answer));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const port = service.app.get(DlmsListener).udpPort;
    return {
      answers,
      send: (...octets: Uint8Array[]) => socket.send(Buffer.concat(octets), port, '127.0.0.1'),
      close: () => socket.close(),
    };
  };
  const wrapped = (payload: Uint8Array, source = 1) => encodeWrapper({ source, destination: 1, payload });

  it('a push is confirmed by a datagram, smaller than the push, once it is committed', async () => {
    const line = await meter();
    const datagram = wrapped(push(21), 17);
    await service.whileNothingIsRecorded(async () => {
      line.send(datagram);
      await pause(200);
      expect(line.answers).toEqual([]);
    });
    await eventually(() => line.answers.length === 1);
    expect(line.answers[0]!.length).toBeLessThan(datagram.length);
    expect(line.answers[0]!.subarray(0, 8)).toEqual(Buffer.from('0001000100110006', 'hex'));
    expect(invokeIdOf(line.answers[0]!.subarray(8))).toBe(21);
    line.close();
  });

  it('a datagram may hold several frames, and sent again is confirmed again', async () => {
    const line = await meter();
    const frames = [wrapped(push(22)), wrapped(push(23)), wrapped(push(24, false))];
    line.send(...frames);
    line.send(...frames);
    await eventually(() => line.answers.length === 2);
    for (const answer of line.answers)
      expect([8, 22].map((at) => invokeIdOf(answer.subarray(at, at + 6)))).toEqual([22, 23]);
    line.close();
  });

  it('what is refused, cut off or no frame is kept and never answered', async () => {
    const line = await meter();
    line.send(wrapped(profilePush('NOBODY', midnight, [1])));
    line.send(wrapped(push(25)).subarray(0, 40));
    line.send(Buffer.from('hello?'));
    await service.quarantined('UNKNOWN_METER', 'NOBODY');
    await service.quarantined('FRAME_TRUNCATED', null);
    await service.quarantined('DLMS_WRAPPER_VERSION', null);
    line.send(wrapped(push(26)), Uint8Array.of(0, 1, 0, 1));
    await eventually(() => line.answers.length === 1);
    expect(invokeIdOf(line.answers[0]!.subarray(8))).toBe(26);
    line.close();
  });
});

describe('in HDLC over TCP', () => {
  const meter: HdlcAddress = { upper: 1, lower: 17, octets: 4 };
  const headEnd = clientAddress(1);
  const line = async () => {
    const socket: Socket = connect({
      host: '127.0.0.1',
      port: service.app.get(DlmsListener).port,
      noDelay: true,
    });
    await once(socket, 'connect');
    const splitter = new HdlcSplitter();
    const frames: HdlcFrame[] = [];
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const frame of splitter.push(chunk)) {
        if (isDecodeError(frame)) throw new Error(frame.message);
        frames.push(frame);
      }
    });
    return { socket, frames };
  };
  const framesOf = (apdu: Uint8Array, control: number = HDLC_CONTROL.UI) =>
    encodeHdlcSegments(
      Buffer.concat([LLC_RESPONSE, apdu]),
      { source: meter, destination: headEnd, control },
      100,
    );

  it.each([
    ['UI frames', HDLC_CONTROL.UI],
    ['I frames of a meter that never opened a link', 0x10],
  ])(
    'a push in segments, in %s, is confirmed in a UI frame to the address that sent it',
    async (_how, control) => {
      const { socket, frames } = await line();
      for (const frame of framesOf(push(31), control)) {
        socket.write(frame);
        await pause(1);
      }
      await eventually(() => frames.length === 1);
      expect(frames[0]).toMatchObject({ destination: meter, source: headEnd, control: HDLC_CONTROL.UI });
      expect(invokeIdOf(stripLlc(frames[0]!.information))).toBe(31);
      socket.destroy();
    },
  );

  it('whoever opens a link is answered on it: UA, RR for segments, and an I frame with the confirm', async () => {
    const { socket, frames } = await line();
    const link = new HdlcLink({ role: 'client', own: meter, peer: headEnd });
    const take = (count: number) => {
      const received = frames.splice(0, count).map((frame) => link.receiveFrame(frame));
      for (const octets of received.flatMap(({ send }) => send)) socket.write(octets);
      return received.flatMap(({ apdus }) => apdus);
    };
    for (const octets of link.connect()) socket.write(octets);
    await eventually(() => frames.length === 1);
    take(1);
    expect(link.isConnected).toBe(true);
    for (const octets of link.send(push(32))) socket.write(octets);
    const apdus: Uint8Array[] = [];
    await eventually(() => {
      apdus.push(...take(frames.length));
      return apdus.length === 1;
    });
    expect(invokeIdOf(apdus[0]!)).toBe(32);

    await eventually(async () => (await service.readingsOf('UP-NET1')) > 0);
    const before = await service.readingsOf('UP-NET1');
    const segments = Math.ceil(
      (push(33, false).length + LLC_RESPONSE.length) / link.parameters.maximumTransmit,
    );
    turn -= 1;
    for (const octets of link.send(push(33, false))) socket.write(octets);
    const controls: number[] = [];
    await eventually(() => {
      controls.push(...frames.map(({ control }) => control));
      expect(take(frames.length)).toEqual([]);
      return controls.length === segments;
    });
    const READY = 0x01;
    expect(controls.every((control) => (control & 0x0f) === READY)).toBe(true);
    await eventually(async () => (await service.readingsOf('UP-NET1')) > before);
    for (const octets of link.disconnect()) socket.write(octets);
    await eventually(() => frames.at(-1)?.control === HDLC_CONTROL.UA);
    socket.destroy();
  });

  it.each<[code: string, what: string, spoil: (octets: Buffer) => void]>([
    ['HDLC_FCS_MISMATCH', 'changed on the way', (octets) => void (octets[60]! ^= 1)],
    ['HDLC_FORMAT_INVALID', 'with a header that is none', (octets) => void (octets[1] = 0x20)],
  ])('%s: a frame %s is kept, and the stream goes on at the next', async (code, _what, spoil) => {
    const { socket, frames } = await line();
    const spoiled = Buffer.concat(framesOf(push(34)));
    turn -= 1;
    spoil(spoiled);
    socket.write(spoiled);
    await service.quarantined(code, null);
    expect(frames).toEqual([]);
    socket.write(Buffer.concat(framesOf(push(35))));
    await eventually(() => frames.length === 1);
    expect(invokeIdOf(stripLlc(frames[0]!.information))).toBe(35);
    socket.destroy();
  });

  it('segments that end with their connection are kept', async () => {
    const { socket } = await line();
    const segments = framesOf(push(36));
    turn -= 1;
    const begun = Buffer.concat(segments.slice(0, 2));
    socket.end(begun);
    expect(await service.quarantined('FRAME_TRUNCATED', null, begun)).toMatchObject({
      source: 'dlms-fragment',
    });
  });

  it('flags between frames are nothing', async () => {
    const { socket, frames } = await line();
    socket.write(
      Buffer.concat([
        Buffer.alloc(50, 0x7e),
        encodeHdlc({
          source: meter,
          destination: headEnd,
          control: 0x11,
          segmented: false,
          information: new Uint8Array(0),
        }),
      ]),
    );
    socket.write(Buffer.concat(framesOf(push(37))));
    await eventually(() => frames.length === 1);
    socket.destroy();
  });
});

describe('what does not say whose it is', () => {
  const events = async (serialNumber: string) => {
    const { rows } = await service.database.query<{ code: string }>(
      'SELECT code FROM device_event WHERE serial_number = $1 ORDER BY code',
      [serialNumber],
    );
    return rows.map(({ code }) => code);
  };
  const unnamed = async (usagePointId: string) => {
    const { data } = await service.graphql<{
      _entities: [{ registerReads: { unnamed: { code: string; value: string }[] }[] }];
    }>(
      `query ($id: ID!) { _entities(representations: [{ __typename: "UsagePoint", id: $id }]) {
         ... on UsagePoint { registerReads(last: 100) { unnamed { code value } } } } }`,
      { id: usagePointId },
    );
    return data._entities[0].registerReads.flatMap((read) => read.unnamed);
  };
  /** event-notification-request: attribute 2 of the event code object says `code`. */
  const eventNotification = (code: number) =>
    Buffer.concat([
      Buffer.of(0xc2, 1, 12),
      encodeDateTime(midnight),
      Buffer.of(0, 1),
      obisOctets('0.0.96.11.0.255'),
      Buffer.of(2, 0x11, code),
    ]);

  it('is that of the meter which spoke before from the same port of the connection', async () => {
    const meterLine = await service.meterLine();
    meterLine.send(eventNotification(40));
    await service.quarantined('DEVICE_NOT_NAMED', null);
    await meterLine.push(push(41), 41);
    meterLine.send(eventNotification(41));
    await eventually(async () => (await events('NET1')).includes('41'));
    expect(await events('NET1')).toEqual(['41']);
    meterLine.close();
  });

  it('and ciphered for a service is opened with that meter’s keys', async () => {
    const meter: TestMeter = {
      serialNumber: 'NET2',
      usagePointId: 'UP-NET2',
      systemTitle: Buffer.from('MMHNET02'),
      keys,
    };
    await registerMeter(service, meter);
    const meterLine = await service.meterLine();
    await meterLine.push(seal(profilePush('NET2', midnight, [1], { invokeId: 51 }), meter, 1), 51);
    const sealing = { systemTitle: meter.systemTitle!, keys, invocationCounter: 2 };
    meterLine.send(eventNotification(44));
    await service.quarantined('DLMS_CIPHERING_REQUIRED', '4D4D484E45543032');
    meterLine.send(encryptService(0xca, eventNotification(45), sealing));
    await eventually(async () => (await events('NET2')).length === 1);
    expect(await events('NET2')).toEqual(['45']);
    meterLine.close();
  });

  it('an information report, whose short names nobody can tell, is kept as what it is', async () => {
    const meterLine = await service.meterLine();
    await meterLine.push(push(61), 61);
    const report = encodeInformationReport(
      [{ name: 0x2008, value: { type: 'double-long-unsigned', value: 7 } }],
      encodeDateTime(midnight),
    );
    meterLine.send(report);
    await eventually(async () => (await unnamed('UP-NET1')).length > 0);
    expect(await unnamed('UP-NET1')).toMatchObject([{ code: 'sn:2008', value: '7' }]);
    meterLine.close();
  });
});
