import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ProtocolCodec } from '@metermesh/protocols';
import { ENVIRONMENT, Health } from '@metermesh/service-kit';
import type { Environment } from '../../environment.ts';
import { headEndConnections } from '../../metrics.ts';
import { RecordReadings } from '../../record-readings.ts';
import { receiveFrames } from './frame-connection.ts';
import { frameFragment, TCP_FRAME } from './frame-sources.ts';
import { streamSplitter } from './frame-splitters.ts';
import { FrameSubmissions } from './frame-submissions.ts';

/** TCP listeners for devices and gateways that send frames as a stream, one port a protocol (FRAME_LISTENERS). */
@Injectable()
export class FrameListeners implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(FrameListeners.name);
  private readonly servers: Server[] = [];
  private readonly connections = new Map<Socket, Promise<void>>();

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly frames: FrameSubmissions,
    private readonly recordReadings: RecordReadings,
    health: Health,
  ) {
    health.register('frame-listeners', async () => {
      if (!this.servers.every(({ listening }) => listening)) throw new Error('does not listen on all ports');
    });
  }

  /** Where it listens, in the order of FRAME_LISTENERS: of use where a port is 0. */
  get ports(): number[] {
    return this.servers.map((server) => (server.address() as AddressInfo).port);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { FRAME_LISTENERS, DLMS_HOST, DLMS_MAX_CONNECTIONS } = this.environment;
    for (const { codec, port } of FRAME_LISTENERS) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        this.accept(socket, codec),
      );
      server.maxConnections = DLMS_MAX_CONNECTIONS;
      this.servers.push(server.listen(port, DLMS_HOST));
      await once(server, 'listening');
      this.logger.log(
        { host: DLMS_HOST, port: this.ports.at(-1), protocol: codec.protocol },
        'Devices may connect',
      );
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const server of this.servers) server.close();
    for (const socket of this.connections.keys()) socket.destroy();
    await Promise.all(this.connections.values());
  }

  private accept(socket: Socket, codec: ProtocolCodec): void {
    headEndConnections.inc();
    const received = receiveFrames(socket, {
      splitter: streamSplitter(codec),
      idleMs: this.environment.DLMS_IDLE_SECONDS * 1000,
      now: Date.now,
      take: (octets) => this.take(codec, octets),
      takeFragment: async (octets, why) => {
        const fragment = frameFragment(octets, Date.now(), { protocol: codec.protocol }, why);
        await this.recordReadings.record(fragment);
      },
    })
      .catch((error: unknown) => this.logger.error({ err: error }, 'Frames could not be written down'))
      .finally(() => {
        headEndConnections.dec();
        this.connections.delete(socket);
      });
    this.connections.set(socket, received);
  }

  private async take(codec: ProtocolCodec, octets: Uint8Array): Promise<void> {
    const arrived = { source: TCP_FRAME, codec, octets, receivedAt: Date.now(), isLive: true };
    const submissions = await this.frames.of(arrived);
    await Promise.all(submissions.map((submission) => this.recordReadings.record(submission)));
  }
}
