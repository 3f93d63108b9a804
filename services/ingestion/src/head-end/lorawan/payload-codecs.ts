import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { refuse, type Refusal } from '@metermesh/decider';
import { isDecodeError, parseFieldMapping, Sandbox, type PayloadCodec } from '@metermesh/protocols';
import { ENVIRONMENT } from '@metermesh/service-kit';
import type { Environment } from '../../environment.ts';
import { undecodable } from '../decode-dlms-frame.ts';

/** Those that come with the service. */
const OWN = fileURLToPath(new URL('../../../payload-codecs/', import.meta.url));
/** A path in the folder that cannot leave it, as the device registry takes it: `vendor/device`. */
const NAME = /^(?!.{201})[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const MOST_OCTETS = 512 * 1024;

interface Loaded {
  readonly codec: PayloadCodec | Refusal;
  /** Changes when a file of it does. */
  readonly version: string;
}

/**
 * Payload codecs by their names: files of the folder PAYLOAD_CODECS, and of the service's own. They are read again when they
 * change, so that a new one needs no restart.
 */
@Injectable()
export class PayloadCodecs implements BeforeApplicationShutdown {
  readonly sandbox = new Sandbox();
  private readonly folders: readonly string[];
  private readonly loaded = new Map<string, Loaded>();

  constructor(@Inject(ENVIRONMENT) { PAYLOAD_CODECS }: Environment) {
    this.folders = PAYLOAD_CODECS === undefined ? [OWN] : [PAYLOAD_CODECS, OWN];
  }

  /** Refuses with PAYLOAD_CODEC_UNKNOWN and CODEC_MAPPING_INVALID. */
  async named(name: string): Promise<PayloadCodec | Refusal> {
    if (!NAME.test(name)) return unknown(name);
    for (const folder of this.folders) {
      const file = join(folder, name);
      const version = await versionOf(`${file}.js`, `${file}.mapping.json`);
      if (version === undefined) continue;
      const known = this.loaded.get(file);
      if (known?.version === version) return known.codec;
      const codec = await load(name, file);
      this.loaded.set(file, { codec, version });
      return codec;
    }
    return unknown(name);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sandbox.close();
  }
}

async function load(name: string, file: string): Promise<PayloadCodec | Refusal> {
  const code = await readFile(`${file}.js`, 'utf8');
  if (code.length > MOST_OCTETS)
    return refuse('PAYLOAD_CODEC_UNKNOWN', `Codec "${name}" is larger than ${MOST_OCTETS} octets.`);
  const text = await readFile(`${file}.mapping.json`, 'utf8').catch(() => undefined);
  const mapping = text === undefined ? undefined : parseFieldMapping(text);
  return isDecodeError(mapping) ? undecodable(mapping) : { name, code, mapping };
}

/** Of the codec and of what lies beside it; `undefined` where there is no codec. */
async function versionOf(code: string, mapping: string): Promise<string | undefined> {
  const [file, beside] = await Promise.all([code, mapping].map((path) => stat(path).catch(() => undefined)));
  if (!file?.isFile()) return undefined;
  return [file, beside].map((found) => `${found?.mtimeMs} ${found?.size}`).join(' ');
}

function unknown(name: string): Refusal {
  return refuse(
    'PAYLOAD_CODEC_UNKNOWN',
    `There is no payload codec "${name}": put ${name}.js into the folder of PAYLOAD_CODECS, then replay this.`,
  );
}

/** The codec of a meter, which must say which that is. */
export async function codecOf(
  codecs: PayloadCodecs,
  meter: { readonly serialNumber: string; readonly payloadCodec?: string },
): Promise<PayloadCodec | Refusal> {
  if (meter.payloadCodec !== undefined) return codecs.named(meter.payloadCodec);
  return refuse(
    'PAYLOAD_CODEC_MISSING',
    `Meter ${meter.serialNumber} has no payload codec: register it with one, then replay this.`,
  );
}
