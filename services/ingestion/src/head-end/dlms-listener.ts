import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ENVIRONMENT, Health } from '@metermesh/service-kit';
import type { Environment } from '../environment.ts';
import { headEndConnections } from '../metrics.ts';
import { RecordReadings } from '../record-readings.ts';
import { DlmsConnection } from './dlms-connection.ts';
import { DlmsDatagrams } from './dlms-datagrams.ts';

/** The head-end for meters, and concentrators of meters, that push DLMS/COSEM over TCP and UDP. */
@Injectable()
export class DlmsListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DlmsListener.name);
  private readonly connections = new Set<DlmsConnection>();
  private readonly server: Server;
  private readonly datagrams: DlmsDatagrams;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly recordReadings: RecordReadings,
    health: Health,
  ) {
    // A meter may close its side as soon as it has sent, and still wait for the confirmation.
    this.server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const connection = new DlmsConnection(socket, {
        record: (submission) => this.record(submission),
        idleMs: environment.DLMS_IDLE_SECONDS * 1000,
        now: Date.now,
      });
      this.connections.add(connection);
      headEndConnections.inc();
      socket.once('close', () => {
        this.connections.delete(connection);
        headEndConnections.dec();
      });
    });
    this.server.maxConnections = environment.DLMS_MAX_CONNECTIONS;
    this.datagrams = new DlmsDatagrams({
      host: environment.DLMS_HOST,
      port: environment.DLMS_PORT,
      record: (submission) => this.record(submission),
      now: Date.now,
    });
    health.register('head-end', async () => {
      if (!this.server.listening) throw new Error('does not listen');
    });
  }

  /** Where it listens on TCP: of use where DLMS_PORT is 0. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Where it listens on UDP: DLMS_PORT as well, unless that is 0. */
  get udpPort(): number {
    return this.datagrams.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { DLMS_HOST, DLMS_PORT } = this.environment;
    this.server.listen(DLMS_PORT, DLMS_HOST);
    await Promise.all([once(this.server, 'listening'), this.datagrams.listen()]);
    this.logger.log({ host: DLMS_HOST, port: this.port, udpPort: this.udpPort }, 'Meters may connect');
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.server.close();
    await Promise.all([this.datagrams.drain(), ...[...this.connections].map((each) => each.drain())]);
    await this.recordReadings.drained();
  }

  private async record(submission: Parameters<RecordReadings['record']>[0]) {
    try {
      return await this.recordReadings.record(submission);
    } catch (error) {
      this.logger.error({ err: error }, 'A frame could not be written down; its sender is not answered');
      throw error;
    }
  }
}
