import { refuse, type Refusal } from '@metermesh/decider';
import { Temporal } from 'temporal-polyfill';

/** Where a DLMS server listens, how it is spoken to, and the addresses of both ends. */
export interface DlmsAddress {
  /** The wrapper of IEC 62056-47, or HDLC frames of IEC 62056-46 (a gateway to a serial line, as most are). */
  readonly framing: 'wrapper' | 'hdlc';
  readonly host: string;
  readonly port: number;
  /** Logical device of the meter, 1 is the management logical device. */
  readonly server: number;
  /** In HDLC: physical device behind a shared line. */
  readonly physical?: number;
  /** Client application, e.g. 1 the management client, 16 the public client. */
  readonly client: number;
  /** Absent: the password where the meter has one, else none. */
  readonly security?: Security;
  /** Seconds between looks for what has not come; absent: it is never called for that. */
  readonly pollSeconds?: number;
}

const securities = ['lowest', 'low', 'high-gmac'] as const;
export type Security = (typeof securities)[number];

const framings: Readonly<Record<string, DlmsAddress['framing']>> = {
  'dlms-tcp:': 'wrapper',
  'dlms-hdlc-tcp:': 'hdlc',
};
const MANAGEMENT = 1;
const DLMS_PORT = 4059;
const LARGEST = { wrapper: 0xffff, hdlc: 0x3fff } as const;
const MOST_FREQUENT_POLL_SECONDS = 60;

/**
 * Reads `dlms-tcp://host:port?server=1&client=1`, or `dlms-hdlc-tcp://host:port?server=1&physical=17&client=1`, with
 * `security=lowest|low|high-gmac` and `poll=PT1H` where wanted; port 4059 and both ends 1 where left out. Refuses with
 * METER_NOT_REACHABLE_BY_ADDRESS.
 */
export function dlmsAddress(text: string | undefined): DlmsAddress | Refusal {
  const url = text ? URL.parse(text) : null;
  const address = url && addressIn(url);
  if (address) return address;
  return refuse(
    'METER_NOT_REACHABLE_BY_ADDRESS',
    `The network address ${text ? `"${text}"` : '(none)'} is none that the head-end can connect to: ` +
      `register one like dlms-tcp://10.0.0.7:4059?server=1&security=high-gmac&poll=PT1H.`,
  );
}

function addressIn({ protocol, hostname, port, searchParams }: URL): DlmsAddress | undefined {
  const framing = framings[protocol];
  if (!framing || !hostname) return undefined;
  const end = (name: string) => Number(searchParams.get(name) ?? MANAGEMENT);
  const physical = searchParams.has('physical') ? end('physical') : undefined;
  const [server, client] = [end('server'), end('client')];
  const isEnd = (value: number) => Number.isInteger(value) && value >= 1 && value <= LARGEST[framing];
  const security = searchParams.get('security') ?? undefined;
  const poll = searchParams.get('poll');
  const pollSeconds = poll === null ? undefined : secondsOf(poll);
  const isPossible =
    [server, client, physical ?? MANAGEMENT].every(isEnd) &&
    (security === undefined || isSecurity(security)) &&
    (poll === null || (pollSeconds !== undefined && pollSeconds >= MOST_FREQUENT_POLL_SECONDS));
  if (!isPossible) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  return { framing, host, port: Number(port || DLMS_PORT), server, physical, client, security, pollSeconds };
}

const isSecurity = (text: string): text is Security => (securities as readonly string[]).includes(text);

function secondsOf(duration: string): number | undefined {
  try {
    return Temporal.Duration.from(duration).total('seconds');
  } catch {
    return undefined;
  }
}
