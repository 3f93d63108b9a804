import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ENVIRONMENT } from '@metermesh/service-kit';
import { MqttClients } from '../../adapters/mqtt-clients.table.ts';
import type { Environment } from '../../environment.ts';
import type { Dialect } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { mqttUsers } from './mqtt-users.ts';

/** What another replica learned is written here, too, within that time. */
const LOOKED_AFTER_EVERY_MS = 5_000;

/** Keeps the broker's file of logins (MQTT_USERS_FILE) as device-registry has them; the broker reads it when it changes. */
@Injectable()
export class MqttUsersFile implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(MqttUsersFile.name);
  private readonly file: string | undefined;
  private version: string | undefined;
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ENVIRONMENT) { MQTT_USERS_FILE }: Environment,
    @Inject(DIALECTS) private readonly dialects: readonly Dialect[],
    private readonly clients: MqttClients,
  ) {
    this.file = MQTT_USERS_FILE;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.file === undefined) return;
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), LOOKED_AFTER_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
  }

  /** Resolves when the file says what is known now; what fails is logged, and tried again. */
  refresh(): Promise<void> {
    this.writing = this.writing
      .then(() => this.write())
      .catch((error: unknown) => {
        this.version = undefined;
        this.logger.error(
          { err: error, file: this.file },
          'The logins of the MQTT broker could not be written',
        );
      });
    return this.writing;
  }

  private async write(): Promise<void> {
    const version = await this.clients.version();
    if (this.file === undefined || version === this.version) return;
    const users = mqttUsers(await this.clients.all(), this.dialects);
    if ((await readFile(this.file, 'utf8').catch(() => undefined)) !== users) {
      const draft = `${this.file}.${process.pid}.new`;
      await writeFile(draft, users, { mode: 0o640 });
      await chmod(draft, 0o640);
      // At once or not at all: the broker may read at any time.
      await rename(draft, this.file);
    }
    this.version = version;
  }
}
