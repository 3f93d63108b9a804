import { createCipheriv, createDecipheriv, createSecretKey, type CipherGCMTypes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findCodec, isDecodeError } from '@metermesh/protocols';
import type { DecodeCase } from './decode-cases/decode-case.ts';
import { median } from './median.ts';

export const name = 'decode';

const rounds = 41;
const sampleMs = 8;
const warmUpMs = 600;
const jsonAim = 1;
const cipherAim = 0.3;

/** Readings a second of each codec on one core, beside JSON.parse of the same readings and the bare cipher. */
export async function run(): Promise<void> {
  console.log('readings/s        × JSON.parse     × cipher');
  for (const each of await findCases()) report(each, measure(each));
}

async function findCases(): Promise<DecodeCase[]> {
  const folder = join(import.meta.dirname, 'decode-cases');
  const files = (await readdir(folder)).filter((file) => /^(?!decode-case\.)[^.]+\.(ts|js)$/.test(file));
  const modules = await Promise.all(
    files
      .sort()
      .map(
        (file) =>
          import(`./decode-cases/${file}`) as Promise<{ default: DecodeCase | readonly DecodeCase[] }>,
      ),
  );
  return modules.flatMap((module) => module.default);
}

interface Contender {
  readonly step: () => unknown;
  readonly repetitions: number;
  readonly samples: number[];
}

interface Measured {
  readonly readingsPerSecond: number;
  readonly timesJson: number;
  readonly timesCipher?: number;
}

/** Contenders take turns of a few milliseconds, so that whatever else the machine does falls on all alike. */
function measure({ protocol, frame, options = {}, readings, json, cipher }: DecodeCase): Measured {
  const codec = findCodec(protocol);
  if (isDecodeError(codec)) throw new Error(codec.message);
  const decode = () => codec.decode(frame, options);
  checkReadings(decode(), readings, protocol);
  const codecs = contender(decode);
  const jsons = contender(() => JSON.parse(json) as unknown);
  const ciphers = cipher && contender(bareCipher(cipher));
  const contenders = [codecs, jsons, ...(ciphers ? [ciphers] : [])];
  for (let round = 0; round < rounds; round++) for (const each of contenders) sample(each);
  const ratio = (other: Contender) => median(other.samples.map((ms, at) => ms / codecs.samples[at]!));
  return {
    readingsPerSecond: (readings * 1000) / median(codecs.samples),
    timesJson: ratio(jsons),
    timesCipher: ciphers && ratio(ciphers),
  };
}

/** A codec that gave up early would be the fastest. */
function checkReadings(results: ReturnType<CodecDecode>, readings: number, protocol: string): void {
  let found = 0;
  for (const result of results) {
    if (isDecodeError(result)) throw new Error(`The ${protocol} frame is refused: ${result.message}`);
    found += result.measurements.length;
    for (const { values } of result.loadProfiles)
      found += values.filter((value) => !Number.isNaN(value)).length;
  }
  if (found < readings) throw new Error(`The ${protocol} frame carries ${found} readings, not ${readings}.`);
}

type CodecDecode = Exclude<ReturnType<typeof findCodec>, { offset: number }>['decode'];

/** Warmed up, with as many repetitions as make a sample long enough to be measured. */
function contender(step: () => unknown): Contender {
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < warmUpMs) {
    step();
    count++;
  }
  const repetitions = Math.max(1, Math.round((count * sampleMs) / warmUpMs));
  return { step, repetitions, samples: [] };
}

/** Where results go, so that no compiler finds out that nobody wants them. */
const sink: unknown[] = [undefined];

function sample({ step, repetitions, samples }: Contender): void {
  const begin = performance.now();
  for (let repetition = 0; repetition < repetitions; repetition++) sink[0] = step();
  samples.push((performance.now() - begin) / repetitions);
}

/** What DLMS authenticates besides what it encrypts: security control and authentication key. */
const authenticated = Buffer.alloc(17, 9);

function bareCipher({ algorithm, octets }: NonNullable<DecodeCase['cipher']>): () => unknown {
  const key = createSecretKey(Buffer.alloc(algorithm.includes('256') ? 32 : 16, 7));
  const isGcm = algorithm.endsWith('gcm');
  const iv = Buffer.alloc(isGcm ? 12 : 16, 3);
  const tagged = isGcm ? { authTagLength: 12 } : undefined;
  const cipher = createCipheriv(algorithm as CipherGCMTypes, key, iv, tagged);
  if (isGcm) cipher.setAAD(authenticated);
  if (algorithm.endsWith('cbc')) cipher.setAutoPadding(false);
  const text = Buffer.concat([cipher.update(Buffer.alloc(octets, 5)), cipher.final()]);
  if (!isGcm) {
    return () => {
      const decipher = createDecipheriv(algorithm, key, iv).setAutoPadding(false);
      return [decipher.update(text), decipher.final()];
    };
  }
  const tag = cipher.getAuthTag();
  return () => {
    const decipher = createDecipheriv(algorithm as CipherGCMTypes, key, iv, tagged)
      .setAAD(authenticated)
      .setAuthTag(tag);
    return [decipher.update(text), decipher.final()];
  };
}

function report(
  { protocol, label }: DecodeCase,
  { readingsPerSecond, timesJson, timesCipher }: Measured,
): void {
  const rate = Math.round(readingsPerSecond).toLocaleString('en').padStart(11);
  // Of an encrypted frame most of the time is the cipher's, which JSON has not to bear.
  const json = aimed(timesJson, timesCipher === undefined ? jsonAim : undefined);
  const cipher = timesCipher === undefined ? ''.padStart(14) : aimed(timesCipher, cipherAim);
  console.log(`${rate}  ${json}  ${cipher}   ${protocol}${label ? `, ${label}` : ''}`);
}

const aimed = (ratio: number, aim?: number) =>
  ratio.toFixed(2).padStart(6) + (aim === undefined ? '        ' : ratio >= aim ? ' met    ' : ' MISSED ');
