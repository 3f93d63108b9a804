import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DATABASE, ENVIRONMENT } from '@metermesh/service-kit';
import type pg from 'pg';
import type { Environment } from '../environment.ts';

const DAILY_MS = 86_400_000;

/** Forgets load profiles that are older than LOAD_PROFILE_MONTHS, whole months at once, at the start and daily. */
@Injectable()
export class LoadProfileRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LoadProfileRetention.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DATABASE) private readonly pool: pg.Pool,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.environment.LOAD_PROFILE_MONTHS === 0) return;
    await this.forget();
    this.timer = setInterval(() => void this.forget(), DAILY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async forget(): Promise<void> {
    try {
      await this.pool.query('SELECT keep_load_profile($1)', [this.environment.LOAD_PROFILE_MONTHS]);
    } catch (error) {
      this.logger.error({ err: error }, 'Old load profiles could not be dropped; tried again tomorrow');
    }
  }
}
