import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DecodeError, encodeWrapper, WrapperSplitter } from '@metermesh/protocols';
import { MeterAssociation } from './meter-association.ts';
import type { DlmsMeter } from './dlms-meter.ts';

export interface SwitchableMeter {
  meter: DlmsMeter;
  /** Password of the association that may operate the switch (low-level security). */
  password: Uint8Array;
}

/**
 * Many meters behind one TCP port, each a logical device of its own: the wrapper's destination port says which. Their
 * switches stay as they were over restarts, as contacts do.
 */
export class SimulatedMeterServer {
  private readonly server: Server;
  private readonly host: string;
  private readonly devices: ReadonlyMap<number, SwitchableMeter>;
  private readonly switchFile: string;
  private readonly connected: Map<string, boolean>;
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

  /** The network address under which the head-end reaches a meter. */
  addressOf(serialNumber: string): string {
    const device = [...this.devices].find(([, { meter }]) => meter.serialNumber === serialNumber);
    if (!device) throw new Error(`There is no simulated meter ${serialNumber}.`);
    return `dlms-tcp://${this.host}:${(this.server.address() as AddressInfo).port}?server=${device[0]}`;
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
    const splitter = new WrapperSplitter();
    const associations = new Map<number, MeterAssociation>();
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const frame of splitter.push(chunk)) {
        const device = frame instanceof DecodeError ? undefined : this.devices.get(frame.destination);
        if (frame instanceof DecodeError || !device) return void socket.destroy();
        const association = associations.get(frame.destination) ?? this.associate(device);
        associations.set(frame.destination, association);
        const payload = association.answer(frame.payload);
        socket.write(encodeWrapper({ source: frame.destination, destination: frame.source, payload }));
      }
    });
  }

  private associate({ meter, password }: SwitchableMeter): MeterAssociation {
    return new MeterAssociation(password, {
      isConnected: () => this.isConnected(meter.serialNumber),
      operate: (connect) => {
        this.connected.set(meter.serialNumber, connect);
        writeFileSync(this.switchFile, JSON.stringify(Object.fromEntries(this.connected)));
      },
    });
  }
}

/** Logical device 1 is the management device of a real meter; the simulated ones follow it. */
const FIRST_DEVICE = 17;
