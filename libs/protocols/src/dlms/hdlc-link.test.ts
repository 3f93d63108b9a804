import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toHex } from '../hex.ts';
import { clientAddress, decodeHdlc, encodeHdlc, type HdlcFrame } from './hdlc.ts';
import { HdlcLink, type HdlcReceived } from './hdlc-link.ts';
import {
  decodeHdlcParameters,
  defaultHdlcParameters,
  encodeHdlcParameters,
  type HdlcParameters,
} from './hdlc-parameters.ts';

const client = clientAddress(16);
const server = { upper: 1, lower: 17, octets: 2 } as const;

function ends(clientParameters?: HdlcParameters, serverParameters?: HdlcParameters) {
  return {
    head: new HdlcLink({ role: 'client', own: client, peer: server, parameters: clientParameters }),
    meter: new HdlcLink({ role: 'server', own: server, peer: client, parameters: serverParameters }),
  };
}

/** Carries octets to and fro until nobody has any to send, and answers what each end heard. */
function carry(
  first: readonly Uint8Array[],
  to: HdlcLink,
  back: HdlcLink,
  damage: (octets: Uint8Array) => Uint8Array = (octets) => octets,
): { atTo: HdlcReceived; atBack: HdlcReceived } {
  const heard = [emptyReceived(), emptyReceived()] as const;
  const listeners = [to, back] as const;
  let send = first;
  for (let turn = 0; send.length > 0; turn = 1 - turn) {
    const result = listeners[turn]!.receive(damage(Buffer.concat(send)));
    heard[turn]!.apdus.push(...result.apdus);
    heard[turn]!.errors.push(...result.errors);
    send = result.send;
  }
  return { atTo: heard[0], atBack: heard[1] };
}

const emptyReceived = () => ({
  send: [],
  apdus: [] as Uint8Array[],
  errors: [] as HdlcReceived['errors'][number][],
});

function connected(clientParameters?: HdlcParameters, serverParameters?: HdlcParameters) {
  const { head, meter } = ends(clientParameters, serverParameters);
  carry(head.connect(), meter, head);
  return { head, meter };
}

const parameters = fc.record({
  maximumTransmit: fc.integer({ min: 32, max: 2030 }),
  maximumReceive: fc.integer({ min: 32, max: 2030 }),
  windowTransmit: fc.integer({ min: 1, max: 7 }),
  windowReceive: fc.integer({ min: 1, max: 7 }),
});

describe('an HDLC link', () => {
  it('comes up with SNRM and UA, on what both ends can do, and goes down with DISC', () => {
    const more = { maximumTransmit: 512, maximumReceive: 1024, windowTransmit: 3, windowReceive: 1 };
    const less = { maximumTransmit: 256, maximumReceive: 300, windowTransmit: 1, windowReceive: 2 };
    const { head, meter } = ends(more, less);
    const snrm = head.connect();
    expect(decodeHdlc(snrm[0]!)).toMatchObject([{ control: 0x93, destination: server, source: client }]);
    carry(snrm, meter, head);
    expect(head.isConnected && meter.isConnected).toBe(true);
    expect(head.parameters).toEqual({
      maximumTransmit: 300,
      maximumReceive: 256,
      windowTransmit: 2,
      windowReceive: 1,
    });
    expect(meter.parameters).toMatchObject({ maximumTransmit: 256, maximumReceive: 300 });
    carry(head.disconnect(), meter, head);
    expect(head.isConnected || meter.isConnected).toBe(false);
  });

  it('writes its parameters as the standard has them', () => {
    expect(toHex(encodeHdlcParameters(defaultHdlcParameters))).toBe(
      '818014050200800602008007040000000108040000' + '0001',
    );
    fc.assert(
      fc.property(parameters, (each) =>
        expect(decodeHdlcParameters(encodeHdlcParameters(each))).toEqual(each),
      ),
    );
    // One octet a parameter is as good; none are the defaults.
    expect(decodeHdlcParameters(Buffer.from('81800C050180060180070101080101', 'hex'))).toEqual(
      defaultHdlcParameters,
    );
    expect(decodeHdlcParameters(new Uint8Array(0))).toEqual(defaultHdlcParameters);
    expect(decodeHdlcParameters(Buffer.from('818014050900', 'hex'))).toEqual(defaultHdlcParameters);
  });

  it('carries APDUs of any length both ways, whatever was agreed', () => {
    const apdus = fc.array(
      fc.tuple(
        fc.uint8Array({ minLength: 1, maxLength: 3000 }),
        fc.uint8Array({ minLength: 1, maxLength: 3000 }),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(parameters, parameters, apdus, (ours, theirs, exchanges) => {
        const { head, meter } = connected(ours, theirs);
        for (const [question, answer] of exchanges) {
          const asked = carry(head.send(question), meter, head);
          expect(asked.atTo.apdus.map(toHex)).toEqual([toHex(question)]);
          const answered = carry(meter.send(answer), head, meter);
          expect(answered.atTo.apdus.map(toHex)).toEqual([toHex(answer)]);
          expect([...asked.atTo.errors, ...asked.atBack.errors, ...answered.atTo.errors]).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('numbers its frames', () => {
    const { head, meter } = connected();
    const [frame] = decodeHdlc(head.send(Buffer.alloc(300))[0]!) as HdlcFrame[];
    expect(frame).toMatchObject({ control: 0x10, segmented: true, information: { length: 128 } });
    const [ready] = meter.receive(head.repeat()[0]!).send;
    expect(decodeHdlc(ready!)).toMatchObject([{ control: 0x31 }]); // RR, N(R) 1
  });

  it('says again what was lost, and takes what comes twice once', () => {
    const { head, meter } = connected();
    const question = Buffer.alloc(500, 7);
    const first = head.send(question);
    const garbled = Buffer.from(first[0]!);
    garbled[20]! ^= 1;
    expect(meter.receive(garbled)).toMatchObject({ apdus: [], errors: [{ code: 'HDLC_FCS_MISMATCH' }] });
    const { atTo } = carry(head.repeat(), meter, head);
    expect(atTo.apdus.map(toHex)).toEqual([toHex(question)]);
    // The meter's answer is lost; the head-end repeats its question, which is not taken twice.
    const answer = meter.send(Buffer.from('answer'));
    const again = meter.receive(head.repeat()[0] ?? answer[0]!);
    expect(again.apdus).toEqual([]);
    expect(head.receive(Buffer.concat(meter.repeat())).apdus.map(String)).toEqual(['answer']);
  });

  it('repeats of a window what did not come', () => {
    const wide = { ...defaultHdlcParameters, windowTransmit: 4, windowReceive: 4 };
    const { head, meter } = connected(wide, wide);
    const question = Buffer.alloc(1500, 3);
    const frames = head.send(question);
    expect(frames).toHaveLength(4);
    const { send, errors } = meter.receive(Buffer.concat([frames[0]!, frames[2]!, frames[3]!]));
    expect(errors).toMatchObject([{ code: 'HDLC_SEQUENCE_WRONG' }, { code: 'HDLC_SEQUENCE_WRONG' }]);
    const resent = head.receive(Buffer.concat(send)).send;
    expect(resent).toHaveLength(3);
    const { atTo } = carry(resent, meter, head);
    expect(atTo.apdus.map(toHex)).toEqual([toHex(question)]);
  });

  it('tells a frame before it is up, a rejection and a disconnection', () => {
    const { head, meter } = connected();
    const early = ends();
    const question = head.send(Buffer.from('x'))[0]!;
    const { send, errors } = early.meter.receive(question);
    expect(errors).toMatchObject([{ code: 'HDLC_DISCONNECTED' }]);
    expect(head.receive(Buffer.concat(send))).toMatchObject({ errors: [{ code: 'HDLC_DISCONNECTED' }] });
    expect(head.isConnected).toBe(false);
    carry(head.connect(), meter, head);
    expect(head.isConnected).toBe(true);
  });

  it('hears only its peer, and never throws', () => {
    const { head } = connected();
    const stranger = new HdlcLink({ role: 'server', own: { ...server, lower: 18 }, peer: client });
    expect(stranger.receive(head.send(Buffer.from('x'))[0]!)).toEqual({ send: [], apdus: [], errors: [] });
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            control: fc.integer({ min: 0, max: 255 }),
            length: fc.nat(40),
            segmented: fc.boolean(),
          }),
          {
            maxLength: 20,
          },
        ),
        fc.uint8Array({ maxLength: 40 }),
        (frames, noise) => {
          const { head: one, meter: other } = connected();
          for (const end of [one, other]) {
            end.send(Buffer.alloc(400));
            for (const { control, length, segmented } of frames) {
              end.receive(Buffer.concat([noise, rawFrame(end === one, control, length, segmented)]));
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

function rawFrame(toHead: boolean, control: number, length: number, segmented: boolean): Uint8Array {
  const [destination, source] = toHead ? [client, server] : [server, client];
  return encodeHdlc({ destination, source, control, segmented, information: new Uint8Array(length) });
}
