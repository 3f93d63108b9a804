import { findCodec, isDecodeError, type ProtocolCodec } from '@metermesh/protocols';
import { parseEnvironment, port, serviceEnvironment } from '@metermesh/service-kit';
import { z } from 'zod';

interface FrameListener {
  readonly codec: ProtocolCodec;
  readonly port: number;
}

/** Reads `dsmr:4061,sml:4062`: protocols, and the TCP port on which the frames of each come in. */
function frameListeners(text: string, context: z.RefinementCtx): FrameListener[] {
  return text.split(',').flatMap((entry) => {
    if (entry.trim() === '') return [];
    const [, protocol = '', port] = /^([a-z0-9-]+):(\d{1,5})$/.exec(entry.trim()) ?? [];
    const codec = findCodec(protocol);
    if (!isDecodeError(codec) && Number(port) <= 0xffff) return { codec, port: Number(port) };
    context.addIssue({
      code: 'custom',
      message: `has "${entry}", which is no protocol:port, e.g. dsmr:4061`,
    });
    return [];
  });
}

const shape = {
  ...serviceEnvironment(4002),
  /** Where meters connect with the DLMS wrapper. */
  DLMS_HOST: z.string().default('127.0.0.1'),
  DLMS_PORT: port(4059),
  /** Where devices and gateways connect that send frames of other protocols as a stream, on DLMS_HOST. */
  FRAME_LISTENERS: z.string().default('').transform(frameListeners),
  /** Where the MQTT broker reads its logins, for ingestion to write; without it nobody new can log in. */
  MQTT_USERS_FILE: z.string().optional(),
  /** Folder of payload codecs of LoRaWAN devices, besides those that come with the service. */
  PAYLOAD_CODECS: z.string().optional(),
  /** Opens the meters' keys: 32 octets, the device registry's own. */
  KEY_ENCRYPTION_KEY: z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
  /** Bearer token of those who upload readings past the gateway; uploads then also work without signed claims. */
  UPLOAD_TOKEN: z.string().min(16).optional(),
  UPLOAD_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024),
  /** A meter that says nothing for so long loses its connection. */
  DLMS_IDLE_SECONDS: z.coerce.number().positive().default(300),
  /** How long a meter may take to answer when the head-end calls it. */
  DLMS_ANSWER_SECONDS: z.coerce.number().positive().default(5),
  /** Who the head-end is to meters with which it holds ciphered associations: 8 octets, three letters of a maker first. */
  DLMS_SYSTEM_TITLE: z
    .string()
    .regex(/^[0-9a-f]{16}$/i, 'must be 16 hexadecimal digits')
    .default('4D4D480000000001'),
  /** How many meters are called at once whose network address asks to be looked after; 0: none. */
  METER_POLLS_AT_ONCE: z.coerce.number().int().min(0).default(8),
  /** How often it is looked which of them are due. */
  METER_POLL_SECONDS: z.coerce.number().positive().default(30),
  DLMS_MAX_CONNECTIONS: z.coerce.number().int().positive().default(20_000),
  /** How much may wait in quarantine; beyond it nothing is kept aside, and senders are not answered. */
  QUARANTINE_MAX_MEGABYTES: z.coerce.number().positive().default(4096),
  /** How far ahead of its arrival a reading may lie. */
  FUTURE_TOLERANCE_MINUTES: z.coerce.number().min(0).default(5),
  /** Registers that a meter repeats faster are recorded about so often; 0: each time. */
  REGISTER_READ_SECONDS: z.coerce.number().int().min(0).default(60),
  /** Load profiles are kept for so many whole months; 0: for ever. */
  LOAD_PROFILE_MONTHS: z.coerce.number().int().min(0).default(0),
};

export type Environment = z.infer<z.ZodObject<typeof shape>>;

export const environment = (source: NodeJS.ProcessEnv = process.env): Environment =>
  parseEnvironment(shape, source);
