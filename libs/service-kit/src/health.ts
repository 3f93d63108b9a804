import { Controller, Get, Injectable, Res, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Response } from 'express';

export type Check = () => Promise<void>;

const TIMEOUT_MS = 2_000;

/** What must work for this process to be of use. Parts register their own checks. */
@Injectable()
export class Health implements BeforeApplicationShutdown {
  private readonly checks = new Map<string, Check>();
  private draining = false;

  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  beforeApplicationShutdown(): void {
    this.draining = true;
  }

  /** Faults by name of the check; none: ready. */
  async faults(): Promise<Record<string, string>> {
    if (this.draining) return { process: 'is stopping' };
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await faultOf(check)] as const),
    );
    return Object.fromEntries(
      results.filter((result): result is [string, string] => result[1] !== undefined),
    );
  }
}

async function faultOf(check: Check): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** The process answers: whether it should be restarted is all that this decides. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** Whether traffic should come here. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response) {
    const faults = await this.health.faults();
    const ready = Object.keys(faults).length === 0;
    response.status(ready ? 200 : 503);
    return ready ? { status: 'ok' } : { status: 'unavailable', faults };
  }
}
