import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isDecodeError } from '../../decode-error.ts';
import { decodeUplink, type PayloadCodec } from './payload-codec.ts';
import { Sandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => sandbox.close());

const uplink = { bytes: Uint8Array.of(1, 2, 3), port: 5, receivedAt: '2026-03-01T12:00:00.000Z' };
const codec = (code: string): PayloadCodec => ({ name: 'a-codec', code });
const run = (code: string) => decodeUplink(sandbox, codec(code), uplink);
const returning = (expression: string) => run(`function decodeUplink(input) { return ${expression}; }`);

function data(result: ReturnType<typeof run>) {
  if (isDecodeError(result)) throw new Error(`${result.code} ${result.message}`);
  return result.data;
}

describe('Forms of codecs', () => {
  it.each([
    [
      'a function',
      'function decodeUplink(input) { return { data: { b: input.bytes[2], p: input.fPort } }; }',
    ],
    ['a constant', 'const decodeUplink = ({ bytes, fPort }) => ({ data: { b: bytes.at(-1), p: fPort } });'],
    ['a module', 'module.exports = { decodeUplink(i) { return { data: { b: i.bytes[2], p: i.fPort } }; } };'],
    ['an export', 'exports.decodeUplink = function (i) { return { data: { b: i.bytes[2], p: i.fPort } }; };'],
    ['Decoder(bytes, port)', 'function Decoder(bytes, port) { return { b: bytes[2], p: port }; }'],
    ['Decode(fPort, bytes)', 'function Decode(fPort, bytes) { return { b: bytes[2], p: fPort }; }'],
    [
      'a class of today',
      `'use strict'; class D { #n = 3; read = (p) => ({ b: this.#n ?? 0, p, ...{} }); }
       function decodeUplink(input) { console.log(input); return { data: new D().read(input.fPort) }; }`,
    ],
  ])('%s', (_, code) => {
    expect(data(run(code))).toEqual({ b: 3, p: 5 });
  });

  it('the time of reception is a Date', () => {
    expect(data(returning('{ data: { at: input.recvTime.getTime() } }'))).toEqual({
      at: Date.parse(uplink.receivedAt),
    });
  });

  it('a normalizer is given what was decoded, and cannot change it', () => {
    const code = `function decodeUplink(i) { return { data: { t: i.bytes[0] }, warnings: ['w'] }; }
      function normalizeUplink(i) { i.data.t = 99; return { data: [{ air: { temperature: 1 } }], warnings: ['v'] }; }`;
    expect(run(code)).toEqual({
      data: { t: 1 },
      normalized: [{ air: { temperature: 1 } }],
      warnings: [
        { code: 'PAYLOAD_CODEC_WARNING', message: 'w' },
        { code: 'PAYLOAD_CODEC_WARNING', message: 'v' },
      ],
    });
  });

  it('a normalizer that fails costs its own view only', () => {
    const decode = 'function decodeUplink(i) { return { data: { t: 1 } }; }';
    for (const normalizer of [
      'throw new Error("no")',
      'return 7',
      'return { data: 1 }',
      'return { errors: ["no"] }',
    ]) {
      expect(run(`${decode} function normalizeUplink() { ${normalizer}; }`)).toEqual({
        data: { t: 1 },
        normalized: undefined,
        warnings: [expect.objectContaining({ code: 'PAYLOAD_CODEC_NOT_NORMALIZED' })],
      });
    }
  });
});

describe('A codec that does not work', () => {
  it.each([
    ['throws', 'function decodeUplink() { throw new TypeError("no such octet"); }', 'PAYLOAD_CODEC_THREW'],
    [
      'throws what cannot be told',
      'function decodeUplink() { throw { get message() { throw 1; } }; }',
      'PAYLOAD_CODEC_THREW',
    ],
    ['is no JavaScript', 'function decodeUplink({', 'PAYLOAD_CODEC_THREW'],
    ['throws when it is loaded', 'throw new Error("at once")', 'PAYLOAD_CODEC_THREW'],
    ['has no decoder', 'var decodeUplink = 7;', 'PAYLOAD_CODEC_NONSENSE'],
    ['answers nothing', 'function decodeUplink() {}', 'PAYLOAD_CODEC_NONSENSE'],
    ['answers a number', 'function decodeUplink() { return { data: 7 }; }', 'PAYLOAD_CODEC_NONSENSE'],
    ['answers a list', 'function decodeUplink() { return { data: [1] }; }', 'PAYLOAD_CODEC_NONSENSE'],
    ['answers later', 'async function decodeUplink() { return { data: {} }; }', 'PAYLOAD_CODEC_NONSENSE'],
    ['answers never', 'function decodeUplink() { return new Promise(() => {}); }', 'PAYLOAD_CODEC_NONSENSE'],
    [
      'answers itself in a circle',
      'function decodeUplink() { var a = {}; a.a = a; return { data: a }; }',
      'PAYLOAD_CODEC_THREW',
    ],
    [
      'answers a megabyte',
      'function decodeUplink() { return { data: { a: "x".repeat(1e6) } }; }',
      'PAYLOAD_CODEC_NONSENSE',
    ],
    [
      'says so itself',
      'function decodeUplink() { return { errors: ["bad octet"] }; }',
      'PAYLOAD_CODEC_ERRORS',
    ],
  ])('%s', (_, code, expected) => {
    expect(run(code)).toMatchObject({ code: expected, message: expect.stringContaining('a-codec') });
  });
});

describe('A codec that means harm', () => {
  const endless: [string, string][] = [
    ['a loop', 'function decodeUplink() { for (;;); }'],
    ['a loop when it is loaded', 'for (;;);'],
    [
      'a loop in a getter of its result',
      'function decodeUplink() { return { data: { get a() { for (;;); } } }; }',
    ],
    ['a loop in toJSON', 'function decodeUplink() { return { data: { toJSON() { for (;;); } } }; }'],
    [
      'a loop in a proxy',
      'function decodeUplink() { return { data: new Proxy({}, { ownKeys() { for (;;); } }) }; }',
    ],
    [
      'a loop that catches everything',
      'function decodeUplink() { for (;;) { try { for (;;); } catch (e) {} } }',
    ],
    [
      'a pattern that backtracks',
      'function decodeUplink() { return { data: { a: /^(a+)+$/.test("a".repeat(40) + "b") } }; }',
    ],
    [
      'a search deep in the engine',
      'function decodeUplink() { return { data: { a: [].includes.call({ length: 2 ** 53 - 1 }, 1) } }; }',
    ],
    [
      'a product of long strings',
      'function decodeUplink() { return { data: { a: "a".repeat(6e6).indexOf("a".repeat(3e6) + "b") } }; }',
    ],
  ];
  it.each(endless)('%s is stopped', (_, code) => {
    expect(run(code)).toMatchObject({ code: 'PAYLOAD_CODEC_TIMEOUT' });
    expect(data(returning('{ data: { ok: true } }'))).toEqual({ ok: true });
  });

  it.each([
    ['arrays', 'function decodeUplink() { var a = []; for (;;) a.push(new Uint8Array(1e6)); }'],
    ['one array', 'function decodeUplink() { return { data: { a: new Uint8Array(1e9).length } }; }'],
    [
      'strings',
      'function decodeUplink() { var a = ["x".repeat(1e6)]; for (;;) a.push(a.join("y") + a.length); }',
    ],
    ['recursion', 'function decodeUplink() { return decodeUplink(); }'],
    ['nesting of its source', 'function decodeUplink() { return eval("(".repeat(1e5)); }'],
  ])('memory by %s is refused', (_, code) => {
    expect(run(code)).toMatchObject({ code: expect.stringMatching(/^PAYLOAD_CODEC_(MEMORY|TIMEOUT)$/) });
    expect(data(returning('{ data: { ok: true } }'))).toEqual({ ok: true });
  });

  it('finds no way to the host', () => {
    const reach = `
      var all = Function('return this')();
      var names = ['process', 'require', 'fetch', 'XMLHttpRequest', 'WebAssembly', 'Worker', 'Deno', 'std', 'os',
        'setTimeout', 'postMessage', '__dirname', 'Buffer', 'navigator'];
      function decodeUplink() {
        return { data: {
          found: names.filter(function (name) { return typeof all[name] !== 'undefined'; }),
          escaped: typeof (function () {}).constructor('return typeof process')() ,
          deep: console.log.constructor.constructor('return typeof process + typeof require')(),
          imported: typeof import('fs').then,
        } };
      }`;
    expect(data(run(reach))).toEqual({
      found: [],
      escaped: 'string',
      deep: 'undefinedundefined',
      imported: 'function',
    });
  });

  it('cannot reach through what it answers', () => {
    const result = data(
      returning('{ data: JSON.parse(\'{"__proto__":{"polluted":1},"constructor":{"prototype":{"p":1}}}\') }'),
    );
    expect(Object.keys(result)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });

  it('spoils its own answers only', () => {
    const tamper = `JSON.stringify = function () { return 'evil'; }; JSON.parse = null; Array.isArray = null; Date = null;
      globalThis.console = null; function decodeUplink() { return { data: { a: 1 } }; }`;
    expect(data(run(tamper))).toEqual({ a: 1 });
    expect(data(returning('{ data: { b: JSON.stringify([Array.isArray([])]) } }'))).toEqual({ b: '[true]' });
  });

  it('leaves nothing of one uplink for the next', () => {
    const remember = `var seen = []; let count = 0; const box = {};
      function decodeUplink(input) {
        seen.push(input.bytes[0]); count++; box.last = input.bytes; Object.prototype.leak = 1; Array.prototype.pop = null;
        globalThis.more = (globalThis.more || 0) + 1;
        return { data: { seen: seen.length, count: count, box: Object.keys(box).length, more: more } };
      }`;
    for (let i = 0; i < 3; i++) expect(data(run(remember))).toMatchObject({ seen: 1, count: 1, more: 1 });
    const buffer = `var held = new Uint8Array(2e6);
      function decodeUplink() { var was = held.indexOf(7); held.fill(7); return { data: { was: was } }; }`;
    for (let i = 0; i < 3; i++) expect(data(run(buffer))).toEqual({ was: -1 });
  });

  it('rests after it had to be stopped again and again', () => {
    const loop = 'function decodeUplink(input) { if (input.bytes[0] === 1) for (;;); return { data: {} }; }';
    const codes = Array.from({ length: 5 }, () => (run(loop) as { code: string }).code);
    expect(codes).toEqual([
      ...Array(3).fill('PAYLOAD_CODEC_TIMEOUT'),
      ...Array(2).fill('PAYLOAD_CODEC_SUSPENDED'),
    ]);
  });
});
