import { refuse, type Refusal } from '@metermesh/decider';

/** Where a DLMS server listens, and the wrapper ports (IEC 62056-47) of both ends. */
export interface DlmsAddress {
  readonly host: string;
  readonly port: number;
  /** Logical device of the meter, 1 is the management logical device. */
  readonly server: number;
  /** Client application, e.g. 1 the management client, 16 the public client. */
  readonly client: number;
}

const MANAGEMENT = 1;
const DLMS_PORT = 4059;

/**
 * Reads `dlms-tcp://host:port?server=1&client=1`; port 4059 and both ends 1 where left out. Refuses with
 * METER_NOT_REACHABLE_BY_ADDRESS.
 */
export function dlmsAddress(text: string | undefined): DlmsAddress | Refusal {
  const url = text ? URL.parse(text) : null;
  const port = Number(url?.port || DLMS_PORT);
  const server = Number(url?.searchParams.get('server') ?? MANAGEMENT);
  const client = Number(url?.searchParams.get('client') ?? MANAGEMENT);
  if (url?.protocol === 'dlms-tcp:' && url.hostname && isWrapperPort(server) && isWrapperPort(client)) {
    return { host: url.hostname.replace(/^\[|\]$/g, ''), port, server, client };
  }
  return refuse(
    'METER_NOT_REACHABLE_BY_ADDRESS',
    `The network address ${text ? `"${text}"` : '(none)'} is none that the head-end can connect to: ` +
      `register one like dlms-tcp://10.0.0.7:4059?server=1.`,
  );
}

const isWrapperPort = (value: number) => Number.isInteger(value) && value >= 1 && value <= 0xffff;
