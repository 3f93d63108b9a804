import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { MeterAssociation } from './meter-association.ts';
import { meterLine } from './meter-line.ts';
import { MeterObjects, type MeterMemory } from './meter-objects.ts';
import type { DlmsMeter } from './dlms-meter.ts';

export interface SwitchableMeter {
  meter: DlmsMeter;
  /** Password of the association with low-level security. */
  password: Uint8Array;
  /** By how much its clock is ahead at first, milliseconds. */
  clockAhead?: number;
}

/**
 * Many meters behind one TCP port, in the wrapper, where the destination port says which of them is spoken to, or in HDLC,
 * where the physical device does. Their switches stay as they were over restarts, as contacts do.
 */
export class SimulatedMeterServer {
  private readonly server: Server;
  private readonly host: string;
  private readonly devices: ReadonlyMap<number, SwitchableMeter>;
  private readonly switchFile: string;
  private readonly connected: Map<string, boolean>;
  private readonly memories = new Map<string, MeterMemory>();
  private readonly sockets = new Set<Socket>();

  private constructor(host: string, meters: readonly SwitchableMeter[], switchFile: string) {
    this.host = host;
    this.devices = new Map(meters.map((each, index) => [FIRST_DEVICE + index, each]));
    this.switchFile = switchFile;
    const stored = existsSync(switchFile)
      ? (JSON.parse(readFileSync(switchFile, 'utf8')) as Record<string, boolean>)
      : {};
    this.connected = new Map(Object.entries(stored));
    this.server = createServer((socket) => this.serve(socket));
  }

  /** @param port 0: any free port */
  static async listen(
    host: string,
    port: number,
    meters: readonly SwitchableMeter[],
    switchFile: string,
  ): Promise<SimulatedMeterServer> {
    const simulated = new SimulatedMeterServer(host, meters, switchFile);
    await new Promise<void>((resolve, reject) => {
      simulated.server.once('error', reject);
      simulated.server.listen(port, host, resolve);
    });
    return simulated;
  }

  /**
   * The network address under which the head-end reaches a meter.
   *
   * @param more of it: `security=high-gmac`, `poll=PT1H`
   */
  addressOf(serialNumber: string, framing: 'wrapper' | 'hdlc' = 'wrapper', more = ''): string {
    const device = [...this.devices].find(([, { meter }]) => meter.serialNumber === serialNumber);
    if (!device) throw new Error(`There is no simulated meter ${serialNumber}.`);
    const place = `${this.host}:${(this.server.address() as AddressInfo).port}`;
    const rest = more === '' ? '' : `&${more}`;
    return framing === 'hdlc'
      ? `dlms-hdlc-tcp://${place}?server=1&physical=${device[0]}${rest}`
      : `dlms-tcp://${place}?server=${device[0]}${rest}`;
  }

  /** The truth: what a meter's clock is ahead, and what happened to it. */
  memoryOf(serialNumber: string): MeterMemory {
    const known = this.memories.get(serialNumber);
    if (known) return known;
    const settings = [...this.devices.values()].find(({ meter }) => meter.serialNumber === serialNumber);
    const memory: MeterMemory = { clockAhead: settings?.clockAhead ?? 0, events: [] };
    this.memories.set(serialNumber, memory);
    return memory;
  }

  /** The truth: whether the supply behind a meter is on. */
  isConnected(serialNumber: string): boolean {
    return this.connected.get(serialNumber) ?? true;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    const associations = new Map<number, MeterAssociation>();
    const line = meterLine((number, apdu) => {
      const device = this.devices.get(number);
      if (!device) return undefined;
      const association = associations.get(number) ?? this.associate(device);
      associations.set(number, association);
      return association.answer(apdu);
    });
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      const answers = line(chunk);
      if (!answers) return void socket.destroy();
      for (const octets of answers) socket.write(octets);
    });
  }

  private associate({ meter, password }: SwitchableMeter): MeterAssociation {
    const { serialNumber } = meter;
    const supply = {
      isConnected: () => this.isConnected(serialNumber),
      operate: (connect: boolean) => {
        this.connected.set(serialNumber, connect);
        writeFileSync(this.switchFile, JSON.stringify(Object.fromEntries(this.connected)));
      },
    };
    return new MeterAssociation(
      meter,
      password,
      new MeterObjects(meter, supply, this.memoryOf(serialNumber)),
    );
  }
}

/** Logical device 1 is the management device of a real meter; the simulated ones follow it. */
const FIRST_DEVICE = 17;
